"""Reading a run that another process trains: all its measurements arrive, and leaving does not disturb it."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bntui.records import Measurement, MeasurementBlocks, Progress, State, UserError
from bntui.run.series.history import Key
from bntui.run.series.step_rate import StepRate
from bntui.run.sources import attached
from bntui.run.sources.attached import AttachedRun
from bntui.run.storage.database import Locked
from bntui.run.storage.reader import RunReader
from bntui.run.storage.requests import stop_run
from bntui.run.storage.writer import RunWriter
from bntui.spec import ExperimentSpec
from tests.run.conftest import INFO, NOTICES

SECONDS = 30  # how long a thread may take that should end by itself
LOSS = Key("bn", "train", "loss")


def test_a_finished_run_is_read_completely(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attached, "CHUNK", 2)
    run = AttachedRun(finished)
    assert run.status.step == 2
    run.work()
    assert run.history is not None
    assert run.info == INFO
    assert run.history.points(LOSS).steps.tolist() == [0, 1, 2]
    assert run.notices == NOTICES
    assert run.status.state is State.FINISHED
    assert run.status.step == 2
    assert run.export().read_text().startswith("run,variant,step")
    assert run.export(steps=(0, 1)).name == f"{finished.name}-0-1.csv"


def test_a_growing_run_is_followed_to_its_end(writer: RunWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attached, "POLL_SECONDS", 0.01)
    run = AttachedRun(writer.folder)
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(run.work)
        writer.write([Measurement(3, "bn", "train", (0.125, 1.0))], Progress(3, 2.0, 0.5))
        writer.close(State.STOPPED)
        following.result(SECONDS)
    assert run.history is not None
    assert run.history.points(LOSS).last == 0.125
    assert (run.status.state, run.status.step, run.status.probe_share) == (State.STOPPED, 3, 0.25)


def test_leaving_does_not_end_the_run(writer: RunWriter) -> None:
    run = AttachedRun(writer.folder)
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(run.work)
        run.stop()
        following.result(SECONDS)
    with RunReader(writer.folder) as reader:
        assert reader.state is State.TRAINING
    writer.close(State.STOPPED)


def test_a_run_that_is_deleted_while_it_is_read_is_named(writer: RunWriter) -> None:
    run = AttachedRun(writer.folder)
    read_new = run._read_new

    def deleted(reader: RunReader) -> None:
        read_new(reader)
        shutil.rmtree(writer.folder, ignore_errors=True)

    run._read_new = deleted  # type: ignore[method-assign]
    with pytest.raises(UserError, match=rf"run {writer.folder.name}: its folder was deleted or moved"):
        run.work()


def test_a_locked_run_is_read_later(writer: RunWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attached, "POLL_SECONDS", 0.01)
    after, locked = RunReader.blocks_after, [True]

    def after_a_lock(reader: RunReader, last_id: int, limit: int) -> tuple[int, MeasurementBlocks] | None:
        if locked:
            locked.clear()
            raise Locked("another program has locked it")
        return after(reader, last_id, limit)

    monkeypatch.setattr(RunReader, "blocks_after", after_a_lock)
    writer.close(State.STOPPED)
    run = AttachedRun(writer.folder)
    run.work()
    assert run.history is not None and run.history.points(LOSS).last == 0.5


def test_a_run_that_never_began_is_refused(tmp_path: Path, spec: ExperimentSpec) -> None:
    writer = RunWriter(tmp_path, spec)
    writer.close(State.FAILED)
    with pytest.raises(UserError, match="failed before anything was measured"):
        AttachedRun(writer.folder).work()


def test_a_run_that_is_over_cannot_be_stopped(finished: Path) -> None:
    with (
        RunReader(finished) as reader,
        pytest.raises(UserError, match="is finished; only a training run can be stopped"),
    ):
        stop_run(reader)


def test_the_rate_is_of_the_last_seconds() -> None:
    rate = StepRate()
    assert rate.after(Progress(0, 0.0, 0.0)) == 0.0
    assert rate.after(Progress(10, 1.0, 0.0)) == 10.0
    for second in range(2, 20):
        latest = rate.after(Progress(10 + 100 * (second - 1), float(second), 0.0))
    assert latest == 100.0
