"""Who trains a run, who may read its folder, and where its database may have a write-ahead log."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from bntui.records import State
from bntui.run.storage import file_systems, folders, metadata, trainer_process
from bntui.run.storage.reader import RunReader
from bntui.run.storage.writer import RunWriter
from bntui.spec import ExperimentSpec


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def _of(process: int) -> dict[str, Any]:
    return {**trainer_process.record(), "process": process, "started": trainer_process._start(process)}


def test_a_process_is_known_by_its_start_time(sleeper: subprocess.Popen[bytes]) -> None:
    recorded = _of(sleeper.pid)
    assert trainer_process.alive(recorded) is True
    assert trainer_process.alive({**recorded, "started": "1"}) is False
    sleeper.kill()
    # Its parent has not yet asked for its exit status.
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert trainer_process.alive(recorded) is False


@pytest.mark.parametrize(
    "changed",
    [{"host": "elsewhere"}, {"namespace": "a container"}, {"started": None}, {"process": "x"}, {"process": -1}],
)
def test_what_cannot_be_told_from_here_is_not_guessed(changed: dict[str, Any]) -> None:
    assert trainer_process.alive({**trainer_process.record(), **changed}) is None


def test_only_a_process_with_the_runs_lock_is_verified(writer: RunWriter, sleeper: subprocess.Popen[bytes]) -> None:
    lock = writer.folder / folders.LOCK
    assert trainer_process.verified(trainer_process.record(), lock) == os.getpid()
    assert trainer_process.verified(_of(sleeper.pid), lock) is None
    writer.close(State.STOPPED)
    assert trainer_process.verified(trainer_process.record(), lock) is None


def test_a_killed_run_is_interrupted_whoever_has_its_lock(writer: RunWriter, sleeper: subprocess.Popen[bytes]) -> None:
    writer.put(**_of(sleeper.pid))
    sleeper.send_signal(signal.SIGKILL)
    sleeper.wait()
    with RunReader(writer.folder) as reader:
        assert reader.state is State.INTERRUPTED
    writer.close(State.STOPPED)


def test_asking_whether_a_run_is_in_use_does_not_take_its_lock(writer: RunWriter) -> None:
    assert folders.in_use(writer.folder)
    assert folders.in_use(writer.folder, {"host": "elsewhere"})
    writer.close(State.STOPPED)
    lock = writer.folder / folders.LOCK
    lock.chmod(0o400)
    with lock.open("rb") as other:
        import fcntl

        fcntl.flock(other, fcntl.LOCK_SH)
        assert not folders.in_use(writer.folder)


def test_a_lock_that_is_a_pipe_or_a_link_is_not_opened(finished: Path, tmp_path: Path) -> None:
    lock = finished / folders.LOCK
    lock.unlink()
    os.mkfifo(lock)
    assert not folders.in_use(finished)
    lock.unlink()
    lock.symlink_to(tmp_path / "elsewhere")
    assert not folders.in_use(finished)


@pytest.mark.parametrize(("share", "folder_mode", "file_mode"), [(False, 0o700, 0o600), (True, 0o755, 0o644)])
def test_a_run_is_its_users_own_unless_shared(
    tmp_path: Path, spec: ExperimentSpec, share: bool, folder_mode: int, file_mode: int
) -> None:
    before = os.umask(0o027)
    try:
        writer = RunWriter(tmp_path, spec, share=share)
        files = list(writer.folder.iterdir())
    finally:
        os.umask(before)
    assert writer.folder.stat().st_mode & 0o777 == folder_mode
    assert {path.name for path in files} >= {"lock", "run.sqlite", "run.sqlite-wal", "spec.toml"}
    assert {path.stat().st_mode & 0o777 for path in files} == {file_mode}
    writer.close(State.STOPPED)


def _mounts(monkeypatch: pytest.MonkeyPatch, *mounts: tuple[str, str]) -> None:
    parts = [SimpleNamespace(mountpoint=point, fstype=kind) for point, kind in mounts]
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: parts)


def test_a_shared_file_system_is_recognized_by_the_nearest_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home2").mkdir()
    home = str(tmp_path / "home")
    _mounts(monkeypatch, ("/", "ext4"), (home, "nfs4"))
    assert file_systems.is_shared(tmp_path / "home" / "runs")
    assert not file_systems.is_shared(tmp_path / "home2")
    _mounts(monkeypatch, ("/", "lustre"), (home, "xfs"), (home, "fuse.sshfs"))
    assert file_systems.is_shared(tmp_path)
    assert file_systems.is_shared(tmp_path / "home")
    _mounts(monkeypatch, ("/", "nobody knows this"))
    assert not file_systems.is_shared(tmp_path)


def test_a_run_on_a_shared_file_system_has_no_write_ahead_log(
    tmp_path: Path, spec: ExperimentSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    _mounts(monkeypatch, ("/", "nfs"))
    writer = RunWriter(tmp_path, spec)
    assert not list(writer.folder.glob("*-wal"))
    writer.put(title="x")
    writer.check()
    writer.close(State.STOPPED)


def test_a_finished_run_is_one_database_file(finished: Path) -> None:
    assert sorted(path.name for path in finished.iterdir()) == ["lock", "run.sqlite", "spec.toml"]
    with sqlite3.connect(finished / folders.DATABASE) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_run_that_is_read_while_it_ends_is_stored(writer: RunWriter) -> None:
    with RunReader(writer.folder) as reader:
        assert reader.value("state") == State.TRAINING
        rows = reader.measurements()
        next(rows)
        writer.close(State.FINISHED)
        assert len(list(rows)) > 1
    with RunReader(writer.folder) as reader:
        assert reader.state is State.FINISHED


def test_deleting_a_link_to_a_run_keeps_the_run(finished: Path) -> None:
    link = finished.parent / "link"
    link.symlink_to(finished)
    metadata.delete(link)
    assert not link.is_symlink()
    assert (finished / folders.DATABASE).exists()
