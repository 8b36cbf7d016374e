"""Checkpoints on disk: all of one or nothing, the last two, and nothing that is damaged."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from bntui.records import Checkpoint, Progress, UserError
from bntui.run.storage import checkpoints
from bntui.run.storage.checkpoint_thread import CheckpointThread

ARRAYS = {
    "bn/network/conv1.weights.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 4),
    "bn/network/conv1.norm.num_batches_tracked": np.array(7),
    "bn/probes/norms/0": np.array([np.nan, np.inf], dtype=np.float32),
}


def taken(step: int) -> Checkpoint:
    return Checkpoint(Progress(step, step / 8, 0.25), {"wild": 3}, ARRAYS)


def reported_by_newest(folder: Path, last: int = 1000) -> tuple[int | None, list[str]]:
    reported: list[str] = []
    found = checkpoints.newest(folder, last, reported.append)
    return found and found.progress.steps, reported


def test_what_is_written_is_read(tmp_path: Path) -> None:
    checkpoints.write(tmp_path, taken(8))
    read = checkpoints.read(tmp_path, 8)
    assert (read.progress, read.diverged) == (Progress(8, 1.0, 0.25), {"wild": 3})
    assert read.arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert read.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(read.arrays[name], array, strict=True)


def test_the_last_two_are_kept(tmp_path: Path) -> None:
    for step in (9, 10, 100, 101):
        checkpoints.write(tmp_path, taken(step))
    assert checkpoints.steps(tmp_path) == [100, 101]
    assert len(list(tmp_path.iterdir())) == 2


def test_later_ones_are_deleted(tmp_path: Path) -> None:
    for step in (9, 10):
        checkpoints.write(tmp_path, taken(step))
    checkpoints.delete_after(tmp_path, 9)
    assert checkpoints.steps(tmp_path) == [9]


def test_only_those_up_to_the_stored_measurements_count(tmp_path: Path) -> None:
    for step in (9, 10):
        checkpoints.write(tmp_path, taken(step))
    assert reported_by_newest(tmp_path, 9) == (9, [])
    assert reported_by_newest(tmp_path, 8) == (None, [])


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _fill(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 8)


def _flip(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(-3, os.SEEK_END)
        file.write(b"\x55")


def _rename(path: Path) -> None:
    checkpoints.write(path.parent, taken(9))
    checkpoints.path_of(path.parent, 9).replace(path)


def _strange(path: Path) -> None:
    safetensors.numpy.save_file(ARRAYS, path, {"format": "pt"})


def _other_header(path: Path) -> None:
    safetensors.numpy.save_file(ARRAYS, path, {"bntui": '{"steps": "many"}'})


def _fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("damage", [_truncate, _empty, _fill, _flip, _rename, _strange, _other_header, _fifo])
def test_a_damaged_one_falls_back_to_the_one_before(tmp_path: Path, damage: object) -> None:
    for step in (8, 10):
        checkpoints.write(tmp_path, taken(step))
    assert callable(damage)
    damage(checkpoints.path_of(tmp_path, 10))
    step, reported = reported_by_newest(tmp_path)
    assert step in (8, 9)
    (line,) = reported
    assert line.startswith(f"run {tmp_path.name}: checkpoint-10.safetensors ")
    assert "\n" not in line


def test_a_missing_one_names_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no checkpoint of step 5; there are: none"):
        checkpoints.read(tmp_path, 5)
    checkpoints.write(tmp_path, taken(8))
    with pytest.raises(UserError, match="no checkpoint of step 5; there are: 8"):
        checkpoints.read(tmp_path, 5)


def test_a_link_in_the_place_of_the_temporary_file_is_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (tmp_path / checkpoints.PARTIAL).symlink_to(precious)
    checkpoints.write(tmp_path, taken(8))
    assert precious.read_text() == "mine"
    assert checkpoints.read(tmp_path, 8)


def test_a_full_disk_is_an_error_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise safetensors.SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(safetensors.numpy, "save_file", full)
    with pytest.raises(OSError, match="No space left"):
        checkpoints.write(tmp_path, taken(8))
    assert not list(tmp_path.iterdir())


class Disk:
    """The disk of a thread: keeps it waiting until `open` is set, and fails while `full`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.written: list[int] = []
        self.full = False
        self.busy, self.open = threading.Event(), threading.Event()
        monkeypatch.setattr(checkpoints, "write", self.write)

    def write(self, folder: Path, checkpoint: Checkpoint) -> None:
        self.busy.set()
        assert self.open.wait(30)
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.written.append(checkpoint.progress.steps)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def test_the_thread_writes_the_newest_whose_measurements_are_stored(tmp_path: Path, disk: Disk) -> None:
    thread = CheckpointThread(tmp_path, pytest.fail)
    thread.start()
    for step in (1, 2, 3):
        thread.offer(taken(step))
        if step == 1:
            thread.stored(1)
            assert disk.busy.wait(30)
    thread.stored(2)  # of which 3 has taken the place
    thread.stored(3)
    thread.offer(taken(4))
    disk.open.set()
    thread.close()
    assert disk.written == [1, 3]


def test_a_failure_and_its_end_are_reported_once(tmp_path: Path, disk: Disk) -> None:
    disk.open.set()
    reported: list[str] = []
    thread = CheckpointThread(tmp_path, reported.append)
    for step in (1, 2, 3):
        disk.full = step < 3
        thread.offer(taken(step))
        thread.stored(step)
        checkpoint = thread._next()
        assert checkpoint
        thread._write(checkpoint)
    assert disk.written == [3]
    assert reported == [
        "the checkpoint of step 1 cannot be written (No space left on device); training continues",
        "checkpoints can be written again, from step 3",
    ]
