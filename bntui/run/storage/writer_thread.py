"""The thread that stores a run: it takes batches from the trainer, and keeps those that cannot be written."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import islice, takewhile

from bntui.records import Measurement, Notice, NoticeKind, Progress, Reading, State
from bntui.run.storage import metadata, requests
from bntui.run.storage.batch import Batch
from bntui.run.storage.log import LOGGER
from bntui.run.storage.writer import LostFilesError, RunWriter
from bntui.user_paths import reason

LIMIT = 64 * 2**20
"""Memory of measurements that wait to be stored, in bytes, above which training waits, too."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between attempts to write after a failure; each pause is twice as long as the one before."""


LOOK_SECONDS = 1.0
"""Seconds between looks for requests, and at whether the run's files are still there."""

_STALE = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
"""Errors after which a new connection may help."""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


Action = Callable[[], object]


class StorageError(Exception):
    """Measurements could not be stored, and the user ended the attempts."""


class WriterThread(threading.Thread):
    """Commits batches in order. What cannot be written stays in memory, and is tried again until it succeeds.

    If the run's files disappear or are damaged, the run is written anew. Requests of other processes are obeyed. `put`,
    `then` and `close` are called by one thread, the trainer's; `stop` and `tell` by any.
    """

    def __init__(
        self,
        writer: RunWriter,
        measurements: Callable[[], Iterable[Measurement]],
        report: Callable[[Notice], object],
        steer: Callable[[str], object],
        limit: int = LIMIT,
    ) -> None:
        """`measurements` returns all of the run in order, among them all that was ever `put`.

        `report` is called with notices about storage, from the trainer's thread or this one; `steer` with requests to
        stop, pause or resume.
        """
        super().__init__(name="writer", daemon=True)
        self._writer = writer
        self._measurements = measurements
        self._report = report
        self._steer = steer
        self._limit = limit
        self._changed = threading.Condition()
        self._waiting: list[Batch | Action] = []
        self._size = self._count = 0
        self._step: int | None = None
        self._failure = ""
        self._outcome: State | None = None
        self._announced = self._hurry = self._stopping = self._abandoned = self._closed = False
        self._lost = self._stale = False
        self._next_look = 0.0
        self._obeyed: set[str] = set()

    @property
    def unstored(self) -> int:
        """The number of measurements that wait because they cannot be written; 0 while writing works."""
        return self._count + self._writer.stored * self._lost if self._failure else 0

    def put(
        self,
        events: Iterable[Measurement | Notice],
        progress: Progress | None = None,
        readings: Sequence[Reading] = (),
    ) -> None:
        """Have events stored; block while too many wait, unless `stop` was called."""
        batch = Batch.of(events, progress, readings)
        self._step = progress.steps if progress else self._step
        if self._size >= self._limit:
            self._wait_for_room()
        self._append(batch)

    def then(self, action: Action) -> None:
        """Call a function in this thread once everything before it is stored; an error of it becomes a notice."""
        self._append(action)

    def tell(self, text: str) -> None:
        """Report a notice, and have it stored; any thread may call it."""
        notice = Notice(NoticeKind.STORAGE, text, self._step)
        self._report(notice)
        self._append(Batch.of([notice]))

    def stop(self) -> None:
        """Let `put` no longer block; if `close` was called before, give up what cannot be written now."""
        with self._changed:
            self._stopping = self._hurry = True
            self._abandoned = self._outcome is not None
            self._changed.notify_all()

    def close(self, outcome: State) -> None:
        """Store all that waits and how the run ended, and release the run's files; wait until this succeeds.

        Raises StorageError if it fails, and `stop` is called.
        """
        with self._changed:
            self._outcome, self._hurry, self._announced = outcome, True, False
            self._changed.notify_all()
        self.join()
        if not self._closed:
            what = f"{self.unstored:,} measurements" if self.unstored else "the end of the run"
            raise StorageError(f"{what} could not be stored in {self._writer.folder} ({self._failure})")

    def run(self) -> None:
        """Write until the run is closed or given up."""
        pause = 0.0
        while not self._closed:
            with self._changed:
                self._changed.wait_for(self._due, pause or LOOK_SECONDS)
                self._hurry = False
            try:
                self._work()
                pause = 0.0
            # Whatever the error, it must not end training.
            except Exception as error:
                pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, 2 * pause))
                self._fail(error)
                if self._abandoned:
                    self._writer.release()
                    return

    def _due(self) -> bool:
        return self._hurry or (not self._failure and bool(self._waiting))

    def _work(self) -> None:
        if self._lost:
            self._writer.recreate(islice(self._measurements(), self._writer.stored))
            self._lost = False
        if self._stale:
            self._writer.check()
            self._writer.reopen()
            self._stale = False
        if self._failure or self._outcome or time.monotonic() >= self._next_look:
            self._look()
        while self._waiting:
            self._commit()
            self._act()
        if self._outcome:
            self._writer.close(self._outcome)
            self._closed = True

    def _look(self) -> None:
        """Obey requests, and raise LostFilesError if the run's files are gone or damaged."""
        self._next_look = time.monotonic() + LOOK_SECONDS
        for path, action, text in requests.waiting(self._writer.folder):
            if path.name not in self._obeyed:
                if action in requests.ACTIONS:
                    LOGGER.info("another process asks to %s", action)
                    self._steer(action)
                else:
                    self._writer.put(**{action: metadata.one_line(text)})
                self._obeyed.add(path.name)
            with contextlib.suppress(OSError):
                path.unlink()
        self._writer.check()

    def _commit(self) -> None:
        """Commit the batches that wait, up to the first action."""
        with self._changed:
            batches = list(takewhile(lambda item: isinstance(item, Batch), self._waiting))
        if not batches:
            return
        merged = Batch.merged([batch for batch in batches if isinstance(batch, Batch)])
        self._writer.commit(merged)
        with self._changed:
            del self._waiting[: len(batches)]
            self._size -= merged.size
            self._count -= len(merged.measurements)
            self._changed.notify_all()
        self._recover()

    def _act(self) -> None:
        """Call the function that is first in line, if one is."""
        with self._changed:
            action = self._waiting[0] if self._waiting else None
            if action is None or isinstance(action, Batch):
                return
            del self._waiting[0]
        try:
            action()
        except Exception as error:
            self.tell(reason(error))

    def _append(self, item: Batch | Action) -> None:
        with self._changed:
            self._waiting.append(item)
            if isinstance(item, Batch):
                self._size += item.size
                self._count += len(item.measurements)
            self._changed.notify_all()

    def _wait_for_room(self) -> None:
        megabytes = self._limit / 2**20
        self.tell(f"training waits: {megabytes:.3g} MB of measurements could not be written yet")
        with self._changed:
            self._changed.wait_for(lambda: self._size < self._limit or self._stopping)
        self.tell("training stops" if self._stopping else "training continues")

    def _cause(self, error: Exception) -> Exception:
        """Return LostFilesError if that is behind an error, else the error."""
        try:
            self._writer.check()
        except LostFilesError as lost:
            return lost
        except (OSError, sqlite3.Error):
            pass
        return error

    def _fail(self, error: Exception) -> None:
        error = error if self._lost else self._cause(error)
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        self._stale = code in _STALE
        if not self._lost and (isinstance(error, LostFilesError) or code in _DAMAGED):
            self._lost = self._hurry = True
            self.tell(f"run folder {self._writer.folder}: {reason(error)}; the run is written anew from memory")
            return
        self._failure = reason(error)
        if self._announced:
            return
        self._announced = True
        if not isinstance(error, (sqlite3.Error, OSError)):
            LOGGER.error("storage failed:", exc_info=error)
        advice = "; stop once more to give them up" if self._outcome else ""
        self.tell(f"{self._place}: cannot be written ({self._failure}); measurements wait in memory{advice}")

    def _recover(self) -> None:
        if self._failure:
            self._failure, self._announced = "", False
            self.tell(f"{self._place}: can be written again; all measurements are stored")

    @property
    def _place(self) -> str:
        return f"runs folder {self._writer.folder.parent}"
