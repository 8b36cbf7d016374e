"""What cannot be written waits in memory, in order, until it can; nothing is lost unless the user gives it up."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bntui.records import Measurement, Notice, NoticeKind, Progress, State
from bntui.run.storage import folders, writer_thread
from bntui.run.storage.batch import Batch
from bntui.run.storage.reader import RunReader
from bntui.run.storage.writer import RunWriter
from bntui.run.storage.writer_thread import StorageError, WriterThread
from tests.run.conftest import INFO, MEASUREMENTS, NOTICES

SECONDS = 30
"""The longest that any test waits."""


def _measured(step: int) -> list[Measurement]:
    return [Measurement(step, variant, "train", (0.5, 0.25)) for variant in ("standard", "bn")]


def _thread(
    writer: RunWriter,
    report: Callable[[Notice], object],
    limit: int = writer_thread.LIMIT,
    asked: list[str] | None = None,
) -> WriterThread:
    thread = WriterThread(writer, lambda: _all(10), report, ([] if asked is None else asked).append, limit)
    thread.start()
    return thread


def _all(steps: int) -> Iterator[Measurement]:
    """Yield what is in the run, and what the tests put."""
    yield from MEASUREMENTS
    for step in range(3, steps):
        yield from _measured(step)


class Disk:
    """Lets commits through, or fails them while it is broken; `commits` are those that arrived."""

    def __init__(self, commit: Callable[[RunWriter, Batch], None]) -> None:
        self._commit = commit
        self.broken = threading.Event()
        self.failed = threading.Event()
        self.on_failure: Callable[[], object] = lambda: None
        self.commits: list[Batch] = []

    def commit(self, writer: RunWriter, batch: Batch) -> None:
        if self.broken.is_set():
            self.failed.set()
            self.on_failure()
            raise sqlite3.OperationalError("database or disk is full")
        self.commits.append(batch)
        self._commit(writer, batch)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch, writer: RunWriter) -> Disk:
    disk = Disk(RunWriter.commit)
    monkeypatch.setattr(RunWriter, "commit", lambda writer, batch: disk.commit(writer, batch))
    monkeypatch.setattr(writer_thread, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(writer_thread, "LONGEST_PAUSE", 0.004)
    return disk


@pytest.fixture
def reported() -> list[Notice]:
    return []


@pytest.fixture
def storage(writer: RunWriter, reported: list[Notice]) -> Iterator[WriterThread]:
    thread = _thread(writer, reported.append)
    yield thread
    thread.stop()
    if not thread._closed:
        with contextlib.suppress(StorageError):
            thread.close(State.FAILED)


def _stored(folder: Path) -> list[Measurement]:
    with RunReader(folder) as reader:
        return list(reader.measurements())[len(MEASUREMENTS) :]


def test_batches_are_stored_in_order(storage: WriterThread, writer: RunWriter, reported: list[Notice]) -> None:
    for step in range(3, 8):
        storage.put(_measured(step), Progress(step + 1, 1.0, 0.0))
    storage.close(State.FINISHED)
    assert _stored(writer.folder) == [measurement for step in range(3, 8) for measurement in _measured(step)]
    with RunReader(writer.folder) as reader:
        assert (reader.state, reader.progress) == (State.FINISHED, Progress(8, 1.0, 0.0))
    assert reported == []


def test_what_cannot_be_written_is_stored_as_soon_as_it_can(
    storage: WriterThread, writer: RunWriter, disk: Disk, reported: list[Notice]
) -> None:
    disk.broken.set()
    storage.put(_measured(3), Progress(4, 1.0, 0.0))
    assert disk.failed.wait(SECONDS)
    storage.put(_measured(4), Progress(5, 1.0, 0.0))
    # After the second attempt, the first failure is known.
    disk.failed.clear()
    assert disk.failed.wait(SECONDS)
    assert storage.unstored == 4
    disk.broken.clear()
    storage.close(State.STOPPED)
    assert _stored(writer.folder) == [*_measured(3), *_measured(4)]
    assert storage.unstored == 0
    with RunReader(writer.folder) as reader:
        assert reader.state is State.STOPPED
        assert reader.notices() == (*NOTICES, *reported)
    # An attempt under way at the end may have failed, too.
    first, *_, last = reported
    assert first.kind is last.kind is NoticeKind.STORAGE
    folder = writer.folder.parent
    assert first.text == (
        f"runs folder {folder}: cannot be written (database or disk is full); measurements wait in memory"
    )
    assert last.text == f"runs folder {folder}: can be written again; all measurements are stored"


def test_waiting_batches_become_one_commit(storage: WriterThread, disk: Disk) -> None:
    disk.broken.set()
    for step in range(3, 20):
        storage.put(_measured(step))
    assert disk.failed.wait(SECONDS)
    disk.broken.clear()
    storage.close(State.FINISHED)
    assert max(len(batch.measurements) for batch in disk.commits) == 34


def test_a_lock_of_another_program_is_waited_for(
    writer: RunWriter, monkeypatch: pytest.MonkeyPatch, reported: list[Notice]
) -> None:
    monkeypatch.setattr(writer_thread, "FIRST_PAUSE", 0.001)
    writer._database.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(writer.folder / folders.DATABASE, check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    def report(notice: Notice) -> None:
        reported.append(notice)
        if other.in_transaction:
            other.execute("ROLLBACK")

    storage = _thread(writer, report)
    storage.put(_measured(3))
    storage.close(State.FINISHED)
    other.close()
    assert "cannot be written (database is locked)" in reported[0].text
    assert _stored(writer.folder) == _measured(3)


def test_a_broken_connection_is_made_anew(
    writer: RunWriter, reported: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_thread, "FIRST_PAUSE", 0.001)
    commit, broken = RunWriter.commit, writer._database

    def fails(writer: RunWriter, batch: Batch) -> None:
        if writer._database is broken:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
            raise error
        commit(writer, batch)

    monkeypatch.setattr(RunWriter, "commit", fails)
    storage = _thread(writer, reported.append)
    storage.put(_measured(3))
    storage.close(State.FINISHED)
    assert _stored(writer.folder) == _measured(3)
    assert "cannot be written (disk I/O error)" in reported[0].text
    assert not any("anew" in notice.text for notice in reported)


def test_training_waits_where_memory_ends_and_continues_with_room(
    writer: RunWriter, disk: Disk, reported: list[Notice]
) -> None:
    disk.broken.set()

    def report(notice: Notice) -> None:
        reported.append(notice)
        if notice.text.startswith("training waits"):
            disk.broken.clear()

    storage = _thread(writer, report, limit=1)
    storage.put(_measured(3))
    storage.put(_measured(4))
    storage.close(State.FINISHED)
    texts = " ".join(notice.text.split(":")[0] for notice in reported)
    assert "training waits" in texts and "training continues" in texts
    assert _stored(writer.folder) == [*_measured(3), *_measured(4)]


def test_a_stop_ends_the_wait_for_room_and_loses_nothing(writer: RunWriter, disk: Disk) -> None:
    disk.broken.set()

    def report(notice: Notice) -> None:
        if notice.text.startswith("training waits"):
            storage.stop()

    storage = _thread(writer, report, limit=1)
    storage.put(_measured(3))
    storage.put(_measured(4))
    disk.broken.clear()
    storage.close(State.STOPPED)
    assert _stored(writer.folder) == [*_measured(3), *_measured(4)]


def test_only_a_stop_after_the_end_gives_measurements_up(storage: WriterThread, writer: RunWriter, disk: Disk) -> None:
    disk.broken.set()
    storage.stop()
    storage.put(_measured(3))
    attempts = iter(range(3))
    disk.on_failure = lambda: storage.stop() if storage._outcome and next(attempts, None) is None else None
    with pytest.raises(
        StorageError, match=r"^2 measurements could not be stored in .*p-.* \(database or disk is full\)"
    ):
        storage.close(State.STOPPED)
    assert next(attempts, None) is None
    assert storage.unstored == 2
    assert _stored(writer.folder) == []


def test_an_action_sees_all_that_came_before_and_its_error_is_a_notice(
    storage: WriterThread, writer: RunWriter, reported: list[Notice]
) -> None:
    seen: list[int] = []

    def fails() -> None:
        raise OSError(28, "No space left on device")

    storage.put(_measured(3))
    storage.then(lambda: seen.append(len(_stored(writer.folder))))
    storage.then(fails)
    storage.put(_measured(4))
    storage.close(State.FINISHED)
    assert seen == [2]
    assert [notice.text for notice in reported] == ["No space left on device"]
    assert _stored(writer.folder) == [*_measured(3), *_measured(4)]


def _vanish(folder: Path) -> None:
    shutil.rmtree(folder)


def _lose_log(folder: Path) -> None:
    (folder / "run.sqlite-wal").unlink()


def _overwrite(folder: Path) -> None:
    with (folder / folders.DATABASE).open("r+b") as file:
        file.write(bytes(range(256)) * 160)


def _truncate(folder: Path) -> None:
    (folder / folders.DATABASE).write_bytes(b"")


def _replace(folder: Path) -> None:
    (folder / folders.DATABASE).replace(folder / "away")
    (folder / folders.DATABASE).write_text("of another program")


def _replace_folder(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("of another program")


FAULTS = (_vanish, _lose_log, _overwrite, _truncate, _replace, _replace_folder)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("ends", [False, True])
def test_a_run_whose_files_are_lost_is_written_anew(
    writer: RunWriter,
    reported: list[Notice],
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[Path], None],
    ends: bool,
) -> None:
    monkeypatch.setattr(writer_thread, "LOOK_SECONDS", 1000.0 if ends else 0.001)
    told = threading.Event()

    def report(notice: Notice) -> None:
        reported.append(notice)
        told.set()

    # Without a log, what is damaged cannot be read from there.
    writer._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    storage = _thread(writer, report)
    storage.put(_measured(3), Progress(4, 1.0, 0.0))
    stored = threading.Event()
    storage.then(stored.set)
    assert stored.wait(SECONDS)
    fault(writer.folder)
    assert ends or told.wait(SECONDS)
    storage.put(_measured(4), Progress(5, 1.0, 0.0))
    storage.close(State.FINISHED)
    with RunReader(writer.folder) as reader:
        assert repr(tuple(reader.measurements())) == repr(tuple(_all(5)))
        assert reader.notices() == (*NOTICES, *reported)
        assert (reader.state, reader.info, reader.progress) == (State.FINISHED, INFO, Progress(5, 1.0, 0.0))
    assert ends or any("the run is written anew from memory" in notice.text for notice in reported)
    if fault is _replace:
        assert (writer.folder / "run.sqlite.replaced").read_text() == "of another program"
    elif fault is _replace_folder:
        assert writer.folder.with_name(f"{writer.run_id}.replaced").read_text() == "of another program"
    else:
        assert sorted(path.name for path in writer.folder.iterdir()) == ["lock", "run.sqlite", "spec.toml"]


def test_a_folder_that_cannot_be_made_again_is_said_at_once_and_at_the_end(
    writer: RunWriter, disk: Disk, reported: list[Notice]
) -> None:
    runs = writer.folder.parent
    storage = _thread(writer, reported.append)
    storage.put(_measured(3))
    shutil.rmtree(runs)
    runs.write_text("no folder any more")
    storage.put(_measured(4))

    def report_end(notice: Notice) -> None:
        reported.append(notice)
        if "give them up" in notice.text:
            storage.stop()

    storage._report = report_end
    with pytest.raises(StorageError, match=f"^{len(MEASUREMENTS) + 4} measurements could not be stored in"):
        storage.close(State.FINISHED)
    assert storage.unstored == len(MEASUREMENTS) + 4
    assert "disappeared" in reported[0].text
