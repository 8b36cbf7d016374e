"""Runs that go on: what is taken back, what is measured again, and which runs cannot go on."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bntui.records import NoticeKind, State, UserError
from bntui.run.exports.csv_lines import long_lines
from bntui.run.exports.table import table_of
from bntui.run.series.history import Key
from bntui.run.sources.live import LiveRun
from bntui.run.sources.resumed import ResumedRun
from bntui.run.storage import checkpoints, folders, requests
from bntui.run.storage.listing import summary
from bntui.run.storage.reader import RunReader
from bntui.run.storage.resumption import held, resumed_spec
from tests.run.sources.test_live import _live, offline

STEPS = 4
__all__ = ["offline"]


def rows(folder: Path) -> list[tuple[str, ...]]:
    """Return the rows of the long CSV, without the run's id."""
    with RunReader(folder) as reader:
        lines = "".join(long_lines(table_of([reader])))
    return [tuple(row[1:]) for row in csv.reader(lines.splitlines())]


def worked(live: LiveRun) -> Path:
    live.work()
    assert live.folder
    return live.folder


def stop_after(live: LiveRun, step: int) -> LiveRun:
    """Have the run stop after so many steps."""
    for _ in range(step):
        live.step()
    may_step = live._control.may_step

    def stopping() -> bool:
        if not may_step():
            live.stop()
            return False
        return True

    live._control.may_step = stopping  # type: ignore[method-assign]
    return live


def resume(folder: Path, steps: int | None = None) -> ResumedRun:
    return ResumedRun(folder, folder.parent / "data", steps=steps)


@pytest.fixture
def whole(tmp_path: Path) -> list[tuple[object, ...]]:
    return rows(worked(_live(tmp_path / "whole")))


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """The folder of a run that was stopped after two of its four steps."""
    return worked(stop_after(_live(tmp_path), 2))


def test_a_stopped_run_goes_on_in_its_folder(stopped: Path, whole: list[tuple[object, ...]]) -> None:
    live = resume(stopped)
    assert (live.run_id, live.status.step) == (stopped.name, 2)
    live.work()
    assert rows(stopped) == whole
    assert live.status.state is State.FINISHED
    assert live.history
    assert live.history.points(Key("bn", "train", "loss")).steps.tolist() == [0, 1, 2, 3]
    with RunReader(stopped) as reader:
        assert (reader.state, reader.progress.steps) == (State.FINISHED, STEPS)
        # The end that was no end is forgotten.
        assert [notice.kind for notice in reader.notices()] == [NoticeKind.RESUMED]
        assert reader.notices() == live.notices
        assert reader.notices()[0].text == "resumed at step 2 of 4"
        added = reader.blocks_after(0, 1000)
    # Ids rise, and so follow one another.
    assert added is not None and added[0] == added[1].count


def test_other_data_than_before_are_told(stopped: Path) -> None:
    with closing(sqlite3.connect(stopped / folders.DATABASE)) as database, database:
        database.execute("UPDATE run SET value = json_set(value, '$[0].data_hash', 'ab12') WHERE key = 'sessions'")
    live = resume(stopped)
    live.work()
    with RunReader(stopped) as reader:
        first, second = reader.provenance.sessions
        assert (first.data_hash, second.step) == ("ab12", 2)
        *_, notice = reader.notices()
    expected = f"the data are no longer those of before: SHA-256 {second.data_hash[:12]}, was ab12"
    assert (notice.kind, notice.text) == (NoticeKind.RESUMED, expected)


def test_what_was_measured_after_the_checkpoint_is_taken_back(
    stopped: Path, tmp_path: Path, whole: list[tuple[object, ...]]
) -> None:
    later = worked(stop_after(resume(stopped), 1))
    checkpoints.path_of(later, 3).write_bytes(b"damaged")
    live = resume(later)
    live.work()
    assert rows(later) == whole
    texts = [notice.text for notice in live.notices]
    assert any("checkpoint-3.safetensors cannot be read" in text for text in texts)
    assert texts[-1] == "resumed at step 2 of 4"
    assert checkpoints.steps(later) == [2, STEPS]


def test_a_finished_run_is_extended(tmp_path: Path) -> None:
    probes = ("probes.test.every=3", "probes.test.samples=20", "probes.step_loss.every=2")
    short = worked(_live(tmp_path, *probes))
    resume(short, 7).work()
    long = worked(_live(tmp_path, *probes, "steps=7"))
    assert rows(short) == rows(long)
    with RunReader(short) as reader:
        assert reader.spec.steps == reader.progress.steps == 7
        assert reader.info
        assert reader.info.steps == 7
    assert "steps = 7" in (short / folders.SPEC).read_text()


def test_without_a_checkpoint_it_begins_again(tmp_path: Path, whole: list[tuple[object, ...]]) -> None:
    folder = worked(stop_after(_live(tmp_path, "checkpoint.seconds=0"), 2))
    live = resume(folder)
    live.work()
    assert rows(folder) == whole
    assert [notice.text for notice in live.notices] == ["begun again at step 0: no checkpoint"]


def test_a_checkpoint_whose_measurements_are_lost_is_not_used(stopped: Path, whole: list[tuple[object, ...]]) -> None:
    with closing(sqlite3.connect(stopped / folders.DATABASE)) as database, database:
        database.execute("DELETE FROM measurements WHERE step >= 1")
        database.execute("""UPDATE run SET value = '{"steps": 1, "seconds": 1.0, "probe_seconds": 0.5}'
            WHERE key = 'progress'""")
    live = resume(stopped)
    live.work()
    assert live.notices[-1].text == "begun again at step 0: no checkpoint"
    assert rows(stopped) == whole


def test_the_seconds_go_on(stopped: Path) -> None:
    with RunReader(stopped) as reader:
        before = reader.progress.seconds
    resume(stopped).work()
    with RunReader(stopped) as reader:
        assert reader.progress.seconds > before


def test_a_run_on_the_digits_stays_on_them(tmp_path: Path, offline: None) -> None:
    live = stop_after(_live(tmp_path, "dataset=mnist", fall_back=True), 2)
    folder = worked(live)
    again = resume(folder)
    again.work()
    assert again.spec == live.spec
    with RunReader(folder) as reader:
        assert reader.info
        assert reader.info.dataset == "digits"
        assert [notice.kind for notice in reader.notices()] == [NoticeKind.FALLBACK, NoticeKind.RESUMED]


def test_stopping_while_it_loads_leaves_it_as_it_was(stopped: Path) -> None:
    before = rows(stopped)
    live = resume(stopped)
    assert live.give_up()
    assert (live.status.state, live.status.step) == (State.STOPPED, 2)
    live.work()
    assert rows(stopped) == before
    with RunReader(stopped) as reader:
        assert reader.state is State.STOPPED
    target = stopped / "it.csv"
    assert live.export(target).read_text().startswith("run,variant,step")


def test_a_request_that_nobody_obeyed_does_not_stop_it(stopped: Path) -> None:
    requests.ask(stopped, "stop")
    requests.ask(stopped, "title", "kept")
    resume(stopped).work()
    with RunReader(stopped) as reader:
        assert (reader.state, reader.progress.steps) == (State.FINISHED, STEPS)


def test_two_do_not_resume_it_at_once(stopped: Path) -> None:
    with held(stopped), pytest.raises(UserError, match=f"run {stopped.name}: another process is resuming it now"):
        resume(stopped).work()
    resume(stopped).work()


def _finish(folder: Path) -> None:
    resume(folder).work()


def _overwrite(folder: Path) -> None:
    with (folder / folders.DATABASE).open("r+b") as file:
        file.seek(4096)
        file.write(b"\x55" * 8192)


def _diverge(folder: Path) -> None:
    with closing(sqlite3.connect(folder / folders.DATABASE)) as database, database:
        database.execute("INSERT INTO notices (kind, text, step, variant, place) VALUES ('ended', 'it', 1, '', '')")


@pytest.mark.parametrize(
    ("change", "steps", "reason"),
    [
        (_finish, None, "has finished its 4 steps; extend it with --steps N"),
        (_finish, 4, "has 4 steps already; --steps must be more"),
        (None, 1, "has 2 steps already; --steps must be more"),
        (_diverge, None, "every variant has diverged, so it cannot be resumed"),
        (_overwrite, None, "."),
    ],
)
def test_runs_that_cannot_go_on_are_one_line(
    stopped: Path, change: Callable[[Path], None] | None, steps: int | None, reason: str
) -> None:
    if change:
        change(stopped)
    with pytest.raises(UserError, match=reason) as raised:
        resume(stopped, steps).work()
    assert str(raised.value).startswith(f"run {stopped.name}: ")
    assert "\n" not in str(raised.value)


def test_a_finished_run_without_checkpoints_is_not_thrown_away(tmp_path: Path) -> None:
    folder = worked(_live(tmp_path, "checkpoint.seconds=0"))
    with pytest.raises(UserError, match="no checkpoint to resume from; train its preset anew with --steps 9"):
        resumed_spec(folder, 9)


def test_the_seconds_of_the_variants_go_on(stopped: Path) -> None:
    with RunReader(stopped) as reader:
        before = reader.progress.variant_seconds
    run = resume(stopped)
    run.work()
    times = {variant: run.times(variant) for variant in ("standard", "bn")}
    for variant, (steps, seconds) in times.items():
        assert steps[-1] == STEPS and seconds[-1] > before[variant] > 0
        assert all(seconds[1:] >= seconds[:-1]) and all(steps[1:] >= steps[:-1])
    with RunReader(stopped) as reader:
        stored = [reading for _, reading in reader.readings_after()]
        assert stored[-1].progress == reader.progress
    assert len(stored) == run.readings.version


def test_a_run_of_an_earlier_version_goes_on_without_seconds(stopped: Path) -> None:
    with closing(sqlite3.connect(stopped / folders.DATABASE)) as database, database:
        database.execute("DROP TABLE readings")
        database.execute("PRAGMA user_version = 3")
    checkpoint = checkpoints.read(stopped, 2)
    checkpoints.write(stopped, replace(checkpoint, progress=replace(checkpoint.progress, variant_seconds={})))
    run = resume(stopped)
    run.work()
    assert not run.times("bn").known
    assert run.readings.steps[-1] == STEPS


def test_a_shorter_run_ends_where_it_is_told(stopped: Path) -> None:
    resume(stopped, 3).work()
    with RunReader(stopped) as reader:
        assert reader.progress.steps == reader.spec.steps == 3


def test_a_run_of_an_earlier_version_begins_again(tmp_path: Path, whole: list[tuple[object, ...]]) -> None:
    folder = worked(stop_after(_live(tmp_path), 2))
    checkpoints.delete_after(folder, -1)
    with closing(sqlite3.connect(folder / folders.DATABASE)) as database, database:
        database.execute("PRAGMA user_version = 1")
    resume(folder).work()
    assert rows(folder) == whole


def test_other_columns_are_refused_before_anything_is_taken_back(stopped: Path) -> None:
    with closing(sqlite3.connect(stopped / folders.DATABASE)) as database, database:
        database.execute("UPDATE columns SET name = 'older' WHERE name = 'mean'")
    before = rows(stopped)
    with pytest.raises(UserError, match="measured other columns; resume it with that, or train it anew"):
        resume(stopped).work()
    assert rows(stopped) == before
    assert checkpoints.steps(stopped) == [2]


def test_numbers_of_an_earlier_version_are_refused_before_anything_is_taken_back(stopped: Path) -> None:
    with closing(sqlite3.connect(stopped / folders.DATABASE)) as database, database:
        database.execute("PRAGMA user_version = 2")
    before = rows(stopped)
    with pytest.raises(UserError, match="measured other numbers; resume it with that, or train it anew"):
        resume(stopped).work()
    assert rows(stopped) == before
    with RunReader(stopped) as reader:
        assert summary(reader).older
