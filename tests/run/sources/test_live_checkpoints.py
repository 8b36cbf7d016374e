"""The checkpoints that a run leaves, whatever the disk does."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from bntui.records import Checkpoint, NoticeKind, State
from bntui.run.sources.live import LiveRun
from bntui.run.storage import checkpoints, writer_thread
from bntui.run.storage.batch import Batch
from bntui.run.storage.reader import RunReader
from bntui.run.storage.writer import RunWriter
from tests.run.sources.test_live import _live


def _worked(live: LiveRun) -> Path:
    live.work()
    assert live.folder
    return live.folder


def test_a_finished_run_has_one_of_its_end(tmp_path: Path) -> None:
    folder = _worked(_live(tmp_path))
    assert checkpoints.steps(folder) == [4]
    assert {name.split("/")[0] for name in checkpoints.read(folder, 4).arrays} == {"standard", "bn"}


def test_without_an_interval_there_are_none(tmp_path: Path) -> None:
    assert checkpoints.steps(_worked(_live(tmp_path, "checkpoint.seconds=0"))) == []


def test_a_checkpoint_is_written_only_once_its_measurements_are_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, write = RunWriter.commit, checkpoints.write
    attempts = iter([False, True, True, False, True])
    stored: list[int] = []

    def unreliable(writer: RunWriter, batch: Batch) -> None:
        if next(attempts, False):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        commit(writer, batch)

    def after_storing(folder: Path, checkpoint: Checkpoint) -> None:
        with RunReader(folder) as reader:
            assert reader.progress.steps >= checkpoint.progress.steps
        write(folder, checkpoint)
        stored.append(checkpoint.progress.steps)

    live = _live(tmp_path, "checkpoint.seconds=1e-9")
    monkeypatch.setattr(writer_thread, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(RunWriter, "commit", unreliable)
    monkeypatch.setattr(checkpoints, "write", after_storing)
    folder = _worked(live)
    assert stored[-1] == 4
    assert live.status.state is State.FINISHED
    assert 4 in checkpoints.steps(folder)


def test_one_that_cannot_be_written_is_a_notice_and_not_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(checkpoints, "write", full)
    live = _live(tmp_path, "checkpoint.seconds=1e-9")
    folder = _worked(live)
    (notice,) = live.notices
    assert notice.kind is NoticeKind.STORAGE
    assert "cannot be written (No space left on device); training continues" in notice.text
    with RunReader(folder) as reader:
        assert reader.state is State.FINISHED
        assert reader.notices() == live.notices
