"""The thread that stores a run: it takes batches from the trainer, and keeps those that cannot be written."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable

from bntui.records import Measurement, Notice, NoticeKind, Progress, State
from bntui.run.storage.batch import Batch
from bntui.run.storage.log import LOGGER
from bntui.run.storage.writer import RunWriter

LIMIT = 64 * 2**20
"""Memory of measurements that wait to be stored, in bytes, above which training waits, too."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between attempts to write after a failure; each pause is twice as long as the one before."""

Action = Callable[[], object]


class StorageError(Exception):
    """Measurements could not be stored, and the user ended the attempts."""


class WriterThread(threading.Thread):
    """Commits batches in order. What cannot be written stays in memory, and is tried again until it succeeds.

    `put`, `then` and `close` are called by one thread, the trainer's; `stop` by any.
    """

    def __init__(self, writer: RunWriter, report: Callable[[Notice], object], limit: int = LIMIT) -> None:
        """`report` is called with notices about storage, from the trainer's thread or this one."""
        super().__init__(name="writer", daemon=True)
        self._writer = writer
        self._report = report
        self._limit = limit
        self._changed = threading.Condition()
        self._waiting: deque[Batch | Action] = deque()
        self._size = self._count = 0
        self._step: int | None = None
        self._failure = ""
        self._outcome: State | None = None
        self._announced = self._hurry = self._stopping = self._abandoned = self._closed = False

    @property
    def unstored(self) -> int:
        """The number of measurements that wait because they cannot be written; 0 while writing works."""
        return self._count if self._failure else 0

    def put(self, events: Iterable[Measurement | Notice], progress: Progress | None = None) -> None:
        """Have events stored; block while too many wait, unless `stop` was called."""
        batch = Batch.of(events, progress)
        self._step = progress.steps if progress else self._step
        if self._size >= self._limit:
            self._wait_for_room()
        self._append(batch)

    def then(self, action: Action) -> None:
        """Call a function in this thread once everything before it is stored; an error of it becomes a notice."""
        self._append(action)

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
            what = f"{self._count:,} measurements" if self._count else "the end of the run"
            raise StorageError(f"{what} could not be stored in {self._writer.folder} ({self._failure})")

    def run(self) -> None:
        """Write until the run is closed or given up."""
        pause = 0.0
        while not self._closed:
            with self._changed:
                self._changed.wait_for(self._due, pause or None)
                self._hurry = False
            try:
                self._store()
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

    def _store(self) -> None:
        while self._waiting:
            batches = self._first_batches()
            if batches:
                self._writer.commit(Batch.merged(batches))
            self._drop(batches)
            self._recover()
            self._act()
        if self._outcome:
            self._writer.close(self._outcome)
            self._closed = True

    def _first_batches(self) -> list[Batch]:
        """Return the batches that wait, up to the first action."""
        batches = []
        with self._changed:
            for item in self._waiting:
                if not isinstance(item, Batch):
                    break
                batches.append(item)
        return batches

    def _drop(self, batches: list[Batch]) -> None:
        with self._changed:
            for batch in batches:
                self._waiting.popleft()
                self._size -= batch.size
                self._count -= len(batch.measurements)
            self._changed.notify_all()

    def _act(self) -> None:
        """Call the action that is first in line, if one is."""
        with self._changed:
            if not self._waiting or isinstance(self._waiting[0], Batch):
                return
            action = self._waiting.popleft()
        assert not isinstance(action, Batch)
        try:
            action()
        except Exception as error:
            self._tell(_reason(error))

    def _append(self, item: Batch | Action) -> None:
        with self._changed:
            self._waiting.append(item)
            if isinstance(item, Batch):
                self._size += item.size
                self._count += len(item.measurements)
            self._changed.notify_all()

    def _wait_for_room(self) -> None:
        megabytes = self._limit / 2**20
        self._tell(f"training waits: {megabytes:.3g} MB of measurements could not be written yet")
        with self._changed:
            self._changed.wait_for(lambda: self._size < self._limit or self._stopping)
        self._tell("training stops" if self._stopping else "training continues")

    def _fail(self, error: Exception) -> None:
        self._failure = _reason(error)
        if self._announced:
            return
        self._announced = True
        if not isinstance(error, (sqlite3.Error, OSError)):
            LOGGER.error("storage failed:", exc_info=error)
        advice = "; stop once more to give them up" if self._outcome else ""
        folder = self._writer.folder.parent
        self._tell(f"runs folder {folder}: cannot be written ({self._failure}); measurements wait in memory{advice}")

    def _recover(self) -> None:
        if self._failure:
            self._failure, self._announced = "", False
            self._tell(f"runs folder {self._writer.folder.parent}: can be written again; all measurements are stored")

    def _tell(self, text: str) -> None:
        """Report a notice, and have it stored."""
        notice = Notice(NoticeKind.STORAGE, text, self._step)
        self._report(notice)
        self._append(Batch.of([notice]))


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
