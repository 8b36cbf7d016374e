"""A run that this process trains: fallback, failure and stop, and the data that each of them keeps."""

from __future__ import annotations

import errno
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bntui.data import Unavailable
from bntui.records import Event, Notice, NoticeKind, Session, State, UserError
from bntui.run.exports.formats import export
from bntui.run.series.history import Key
from bntui.run.series.readings import CPU, MEMORY, SECONDS
from bntui.run.sources import live as live_module
from bntui.run.sources.live import LiveRun
from bntui.run.storage import requests, writer_thread
from bntui.run.storage.batch import Batch
from bntui.run.storage.listing import summaries
from bntui.run.storage.reader import RunReader
from bntui.run.storage.writer import RunWriter
from bntui.run.storage.writer_thread import StorageError
from bntui.spec import ExperimentSpec, parse

# The attribute `train` of `bntui` is the function of the Python API.
training = import_module("bntui.train")

PRESET = """
network = "blog-cnn"
dataset = "digits"
steps = 4
batch_size = 8
variants = ["standard", "bn"]
[probes.moments]
"""


def _live(tmp_path: Path, *overrides: str, fall_back: bool = False, keep_steps: bool = False) -> LiveRun:
    spec: ExperimentSpec = parse(PRESET, "small", overrides=overrides)
    return LiveRun(spec, tmp_path / "runs", tmp_path / "data", fall_back=fall_back, keep_steps=keep_steps)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    import bntui.data as data

    def nowhere(request: Any) -> Any:
        raise Unavailable("mnist", Path("here"), "no network")

    monkeypatch.setitem(data.DATASETS, "mnist", data.DatasetLoader(nowhere))


def test_a_run_tells_how_it_was_made(tmp_path: Path, offline: None) -> None:
    spec = parse(PRESET, "small", overrides=["dataset=mnist", "steps=2"])
    given = Session(command="bntui --preset small", host="a-host")
    live = LiveRun(spec, tmp_path / "runs", tmp_path / "data", fall_back=True, session=given)
    live.work()
    assert live.folder
    with RunReader(live.folder) as reader:
        (session,), asked = reader.provenance.sessions, reader.provenance.asked
    assert (session.command, session.host, session.dataset, asked) == (
        "bntui --preset small",
        "a-host",
        "digits",
        "mnist",
    )
    assert (session.train_samples, session.test_samples, len(session.data_hash)) == (1500, 297, 64)
    assert {"bntui", "python", "torch", "torchvision", "numpy"} <= session.versions.keys()
    assert session.threads >= 1
    assert session.begun <= session.ended


def test_a_run_keeps_what_it_spends(tmp_path: Path) -> None:
    live = _live(tmp_path, "steps=3")
    live.work()
    readings = live.readings
    assert readings.steps[-1] == 3
    assert readings.curve(MEMORY)[-1] > 1e6 and readings.curve(CPU)[-1] >= 0
    spent = sum(live.times(variant).seconds[-1] for variant in ("standard", "bn"))
    # At most two variants train at once.
    assert 0 < spent < 2 * readings.curve(SECONDS)[-1]
    assert live.folder
    with RunReader(live.folder) as reader:
        assert [reading.progress.steps for _, reading in reader.readings_after()] == readings.steps.tolist()


def test_a_run_is_the_same_in_memory_and_on_disk(tmp_path: Path) -> None:
    live = _live(tmp_path)
    assert live.status.state is State.LOADING
    live.work()
    assert live.status.state is State.FINISHED
    assert live.status.step == 4
    assert live.history is not None
    assert live.folder is not None
    with RunReader(live.folder) as reader:
        stored = [taken.values[0] for taken in reader.measurements() if (taken.variant, taken.probe) == ("bn", "train")]
        assert reader.state is State.FINISHED
        assert reader.info == live.info
        assert reader.spec == live.spec
    assert live.history.points(Key("bn", "train", "loss")).values.tolist() == stored


def test_an_export_from_memory_is_the_export_of_the_stored_run(tmp_path: Path) -> None:
    live = _live(tmp_path, "steps=20", "probes.moments.every=3", "probes.gradient.every=4")
    live.work()
    assert live.folder is not None
    for steps in (None, (3, 5)):
        from_memory = live.export(tmp_path / "memory.csv", steps).read_bytes()
        with RunReader(live.folder) as reader:
            export(reader, tmp_path / "stored.csv", steps=steps)
        assert from_memory == (tmp_path / "stored.csv").read_bytes()
    shutil.rmtree(live.folder)
    live.export(tmp_path / "later.csv")


def test_another_process_can_pause_resume_and_stop_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_thread, "LOOK_SECONDS", 0.01)
    live = _live(tmp_path, "steps=1000000")
    states, worker = [], threading.Thread(target=live.work)
    worker.start()
    for request, state in (("pause", State.PAUSED), ("resume", State.TRAINING), ("stop", State.STOPPED)):
        while live.folder is None and worker.is_alive():
            worker.join(0.01)
        assert live.folder is not None
        requests.ask(live.folder, request)
        while live.status.state is not state and worker.is_alive():
            worker.join(0.01)
        states.append(live.status.state)
    worker.join(60)
    assert states == [State.PAUSED, State.TRAINING, State.STOPPED]
    assert list((live.folder / "requests").iterdir()) == []


def test_two_runs_export_the_same_but_for_their_ids(tmp_path: Path) -> None:
    texts = []
    for _ in range(2):
        live = _live(tmp_path)
        live.work()
        texts.append(live.export().read_text().replace(live.run_id, "RUN"))
    assert texts[0] == texts[1]


def test_the_dashboard_falls_back_to_the_digits_and_keeps_a_notice(tmp_path: Path, offline: None) -> None:
    live = _live(tmp_path, "dataset=mnist", fall_back=True)
    live.work()
    assert live.folder is not None
    with RunReader(live.folder) as reader:
        (notice,) = reader.notices()
        assert reader.info is not None
        assert reader.info.dataset == "digits"
    assert live.notices == (notice,)
    assert notice.kind == "fallback"
    assert "digits instead: mnist is not in here" in notice.text


def test_a_fallback_to_the_digits_is_shortened_unless_steps_are_given(
    tmp_path: Path, offline: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "EPOCHS", 1)
    much = ("dataset=mnist", "steps=20", "batch_size=150", "probes.moments.every=4", "probes.gradient.every=0")
    live = _live(tmp_path, *much, fall_back=True)
    live.work()
    assert live.status.step == live.spec.steps == 10
    assert (live.spec.probes["moments"]["every"], live.spec.probes["gradient"]["every"]) == (2, 0)
    assert live.notices[0].text.startswith("digits instead, 10 steps of them: mnist is not in")
    kept = _live(tmp_path, *much, fall_back=True, keep_steps=True)
    kept.work()
    assert kept.status.step == 20
    assert kept.notices[0].text.startswith("digits instead: mnist is not in")


def test_a_script_does_not_fall_back(tmp_path: Path, offline: None) -> None:
    live = _live(tmp_path, "dataset=mnist")
    with pytest.raises(UserError, match="use --dataset digits, or --data-dir"):
        live.work()
    assert live.folder is None
    assert list(summaries(tmp_path / "runs")) == []


def test_a_mistake_leaves_no_run_behind(tmp_path: Path) -> None:
    live = _live(tmp_path, "batch_size=1501")
    with pytest.raises(UserError, match="batch_size = 1501"):
        live.work()
    assert live.status.state is State.FAILED
    assert list(summaries(tmp_path / "runs")) == []


def test_a_failure_keeps_what_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train = training.train

    def breaking(*arguments: Any) -> Iterator[Event]:
        yield from train(*arguments)
        raise RuntimeError("the device is gone")

    monkeypatch.setattr(training, "train", breaking)
    live = _live(tmp_path)
    with pytest.raises(RuntimeError):
        live.work()
    assert live.status.state is State.FAILED
    assert live.folder is not None
    with RunReader(live.folder) as reader:
        assert reader.state is State.FAILED
        assert reader.last("bn", "train") is not None
        assert reader.notices()[-1] == Notice(NoticeKind.FAILED, "training failed: RuntimeError: the device is gone", 4)


def test_a_run_survives_a_disk_that_is_full_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit, failures = RunWriter.commit, iter(range(3))

    def full(writer: RunWriter, batch: Batch) -> None:
        if batch.measurements and next(failures, None) is not None:
            raise sqlite3.OperationalError("database or disk is full")
        commit(writer, batch)

    monkeypatch.setattr(writer_thread, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(RunWriter, "commit", full)
    live = _live(tmp_path)
    live.work()
    assert (live.status.state, live.status.unstored) == (State.FINISHED, 0)
    assert live.folder is not None and live.history is not None
    with RunReader(live.folder) as reader:
        assert reader.state is State.FINISHED
        assert reader.notices() == live.notices
        assert {notice.kind for notice in live.notices} == {NoticeKind.STORAGE}
        assert len(list(reader.measurements())) == live.history.version
    log = (live.folder / "worker.log").read_text()
    assert "cannot be written (database or disk is full); measurements wait in memory" in log
    assert "can be written again" in log


def test_measurements_that_the_user_gives_up_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train, closed = training.train, []

    def observed(*arguments: Any) -> Iterator[Event]:
        try:
            yield from train(*arguments)
        finally:
            closed.append(True)

    def full(writer: RunWriter, batch: Batch) -> None:
        if batch.measurements:
            # The first stop ends training, the second what comes after it.
            live.stop()
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writer_thread, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(training, "train", observed)
    monkeypatch.setattr(RunWriter, "commit", full)
    live = _live(tmp_path)
    with pytest.raises(
        StorageError, match=r"\d+ measurements could not be stored in .*small.* \(No space left on"
    ) as failure:
        live.work()
    # The traceback keeps the frames alive, so nothing but an explicit close ends the generator.
    assert closed and failure.tb
    assert live.status.state is State.FAILED
    assert live.history is not None
    assert live.status.unstored == live.history.version > 0


def test_a_stop_while_loading_leaves_no_run_behind(tmp_path: Path) -> None:
    import bntui.data as data

    live = _live(tmp_path)

    def stopped(request: data.Request) -> Any:
        live.stop()
        assert request.cancelled()
        raise data.Cancelled

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(data.DATASETS, "digits", data.DatasetLoader(stopped))
        live.work()
    assert live.status.state is State.STOPPED
    assert live.folder is None


def test_giving_up_before_the_first_step_leaves_no_run_behind(tmp_path: Path) -> None:
    live = _live(tmp_path)
    train = training.train

    def giving_up(*arguments: Any) -> Iterator[Event]:
        assert live.give_up()
        yield from train(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "train", giving_up)
        live.work()
    assert live.status.state is State.STOPPED
    assert live.folder is None
    assert list(summaries(tmp_path / "runs")) == []


def test_a_run_that_has_begun_is_not_given_up(tmp_path: Path) -> None:
    live = _live(tmp_path)
    live.work()
    assert not live.give_up()


def test_a_stop_keeps_the_step_under_way(tmp_path: Path) -> None:
    live = _live(tmp_path, "steps=1000000")
    live.step()
    train = training.train

    def stopping_later(*arguments: Any) -> Iterator[Event]:
        for event in train(*arguments):
            yield event
            if live.history is not None and live.history.points(Key("bn", "train", "loss")).last is not None:
                live.stop()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "train", stopping_later)
        live.work()
    assert live.status.state is State.STOPPED
    assert live.status.step == 1
    (listed,) = summaries(tmp_path / "runs")
    assert (listed.state, listed.steps) == ("stopped", "1/1000000")
    assert set(listed.accuracies) == {"standard", "bn"}


def test_the_state_follows_the_keys(tmp_path: Path) -> None:
    live = _live(tmp_path)
    assert live.status.loading == "loading torch"
    live.stop()
    assert live.status.state is State.STOPPING


def test_there_is_nothing_to_export_before_training(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing is measured yet"):
        _live(tmp_path).export()
