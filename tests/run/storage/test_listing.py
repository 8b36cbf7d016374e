"""Runs that have not changed are read once; every change of one is seen."""

from __future__ import annotations

import math
import os
import shutil
import time
from pathlib import Path

import pytest

from bntui.records import Measurement, Progress, State
from bntui.run.storage import folders, listing, metadata, summary_cache
from bntui.run.storage.listing import Listing
from bntui.run.storage.writer import RunWriter
from bntui.spec import ExperimentSpec
from tests.run.conftest import INFO


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the runs that were read, not taken from what was kept."""
    names: list[str] = []
    original = listing._read

    def noting(folder: Path) -> object:
        names.append(folder.name)
        return original(folder)

    monkeypatch.setattr(listing, "_read", noting)
    return names


def _written_long_ago(folder: Path) -> None:
    long_ago = time.time() - 60
    for path in folder.iterdir():
        os.utime(path, (long_ago, long_ago))


def test_a_run_that_is_over_is_read_once(finished: Path, read: list[str]) -> None:
    _written_long_ago(finished)
    runs = Listing(finished.parent)
    assert runs.read() == runs.read() == runs.read()
    assert read == [finished.name]


def test_a_run_that_has_just_changed_is_read_again(finished: Path, read: list[str]) -> None:
    runs = Listing(finished.parent)
    runs.read()
    runs.read()
    assert read == [finished.name] * 2


def test_every_change_is_seen(finished: Path) -> None:
    _written_long_ago(finished)
    runs = Listing(finished.parent)
    assert runs.read()[0].title == ""
    metadata.rename(finished, "a title")
    assert runs.read()[0].title == "a title"
    metadata.note(finished, "a note")
    assert runs.read()[0].note == "a note"
    (finished / folders.DATABASE).write_bytes(b"")
    assert runs.read()[0].state.startswith("unreadable: ")
    metadata.delete(finished)
    assert runs.read() == []


def test_a_run_that_trains_is_read_every_time(writer: RunWriter) -> None:
    _written_long_ago(writer.folder)
    runs = Listing(writer.folder.parent)
    assert runs.read()[0].state is State.TRAINING
    writer.write([Measurement(3, "bn", "train", (0.125, 1.0))], Progress(3, 2.0, 0.5))
    writer.close(State.STOPPED)
    (summary,) = runs.read()
    assert (summary.state, summary.progress.steps) == (State.STOPPED, 3)


@pytest.fixture
def kept(tmp_path: Path, spec: ExperimentSpec, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a diverged run that is kept in a cache folder of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(summary_cache, "WORTH_SAVING", 1)
    writer = RunWriter(tmp_path / "runs", spec)
    writer.begin(INFO)
    writer.write([Measurement(0, "bn", "train", (math.nan, math.nan))], Progress(1, 1.0, 0.0))
    writer.close(State.FINISHED)
    _written_long_ago(writer.folder)
    return writer.folder.parent


def test_summaries_are_kept_for_the_next_process(kept: Path, read: list[str]) -> None:
    (first,) = Listing(kept).read()
    (second,) = Listing(kept).read()
    assert len(read) == 1
    assert (second.spec, second.folder, second.state) == (first.spec, first.folder, State.FINISHED)
    assert math.isnan(second.accuracies["bn"])


@pytest.mark.parametrize("damage", [b"", b"{", b'{"a": 1}', b"[" * 100_000, b"\xff"])
def test_a_damaged_cache_is_ignored(kept: Path, read: list[str], tmp_path: Path, damage: bytes) -> None:
    Listing(kept).read()
    (path,) = (tmp_path / "cache" / "bntui" / "summaries").iterdir()
    path.write_bytes(damage)
    assert len(Listing(kept).read()) == 1
    assert len(read) == 2


def test_a_cache_that_cannot_be_written_is_no_error(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    assert len(Listing(kept).read()) == 1


def test_a_copy_of_a_run_is_another_run(kept: Path, read: list[str]) -> None:
    (run,) = Listing(kept).read()
    shutil.copytree(run.folder, kept / "copy")
    assert [each.run_id for each in Listing(kept).read()] in (["copy", run.run_id], [run.run_id, "copy"])
    assert len(read) == 2
