"""Following a run that trains: every row once, in order, to its end."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bntui.records import Measurement, Progress, State, UserError
from bntui.run.exports import followed_run
from bntui.run.exports.csv_lines import long_lines, wide_lines
from bntui.run.exports.followed_run import FollowedRun
from bntui.run.exports.stored_run import StoredRun
from bntui.run.exports.table import RunTable, Table, info_of, table_of
from bntui.run.storage import folders
from bntui.run.storage.writer import RunWriter
from bntui.spec import ExperimentSpec
from tests.run.conftest import INFO

LATER = Measurement(3, "bn", "train", (0.125, 1.0))


def _at_waits(monkeypatch: pytest.MonkeyPatch, *happens: Callable[[], object]) -> None:
    """Let something happen at each time that the follower waits; fail at one more."""
    events = iter(happens)
    monkeypatch.setattr(followed_run, "_wait", lambda: next(events)())


def _followed(folder: Path, lines: Callable[[Table], Iterator[str]] = long_lines) -> str:
    run = FollowedRun(folder)
    return "".join(lines(Table((RunTable(run, info_of(run)),))))


@pytest.mark.parametrize("lines", [long_lines, wide_lines])
def test_a_run_is_followed_to_its_end(
    writer: RunWriter, monkeypatch: pytest.MonkeyPatch, lines: Callable[[Table], Iterator[str]]
) -> None:
    _at_waits(
        monkeypatch,
        lambda: None,
        lambda: writer.write([LATER], Progress(3, 2.0, 0.5)),
        lambda: writer.close(State.STOPPED),
    )
    followed = _followed(writer.folder, lines)
    assert followed == "".join(lines(table_of([StoredRun(writer.folder)])))
    assert "bn,3," in followed


def test_a_run_is_waited_for(tmp_path: Path, spec: ExperimentSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = RunWriter(tmp_path, spec)
    _at_waits(
        monkeypatch,
        lambda: writer.begin(INFO),
        lambda: writer.write([LATER], Progress(3, 2.0, 0.5)),
        lambda: writer.close(State.FINISHED),
    )
    assert len(_followed(writer.folder).splitlines()) == 1 + 2


def test_a_run_that_never_began_is_refused(tmp_path: Path, spec: ExperimentSpec) -> None:
    writer = RunWriter(tmp_path, spec)
    writer.close(State.FAILED)
    with pytest.raises(UserError, match="nothing was measured"):
        _followed(writer.folder)


def test_what_a_resumed_run_measures_again_is_not_repeated(writer: RunWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    again = [Measurement(1, "bn", "train", (0.5, 0.5)), Measurement(2, "bn", "train", (0.25, 0.75)), LATER]

    def resumed() -> None:
        with closing(sqlite3.connect(writer.folder / folders.DATABASE)) as database, database:
            database.execute("DELETE FROM measurements WHERE id > 5")
        writer.write(again, Progress(3, 2.0, 0.5))

    _at_waits(monkeypatch, resumed, lambda: writer.close(State.FINISHED))
    rows = _followed(writer.folder).splitlines()
    assert len(rows) == len(set(rows)) == 1 + 13 + 2


def test_steps_end_before_the_run(writer: RunWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    _at_waits(monkeypatch)
    run = FollowedRun(writer.folder)
    lines = "".join(long_lines(Table((RunTable(run, INFO, (0, 1)),)))).splitlines()
    assert {line.split(",")[2] for line in lines[1:]} == {"0", "1"}
    writer.close(State.STOPPED)


def test_a_reader_that_leaves_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as output:
        monkeypatch.setattr(sys, "stdout", output)
        monkeypatch.setattr(followed_run, "POLL_SECONDS", 0.0)
        followed_run._wait()
        os.close(reading)
        with pytest.raises(BrokenPipeError):
            followed_run._wait()
