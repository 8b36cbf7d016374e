"""The base of screens that read files: in a thread, now and again, for a small share of the time."""

from __future__ import annotations

import time
from typing import ClassVar, Generic, TypeVar

from textual.worker import Worker, WorkerState

from bntui.tui.screens.base import BaseScreen

Result = TypeVar("Result")

_MAX_SHARE = 0.01
"""The largest share of the time that reading may take."""
_MAX_PAUSE = 30.0
"""Seconds between two readings, at most, however long one takes."""


class ReadingScreen(BaseScreen, Generic[Result]):
    """Reads whenever the screen is shown. Subclasses read in `read`, and show the result in `show_result`."""

    KEEP_READING: ClassVar[bool] = False
    """Whether to read again every few seconds."""
    MIN_PAUSE: ClassVar[float] = 3.0
    """Seconds between two readings, at least."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._reader: Worker[Result] | None = None
        self._started = 0.0

    def read(self) -> Result:
        """Read; called in a thread."""
        raise NotImplementedError

    def show_result(self, result: Result) -> None:
        """Show what has just been read."""
        raise NotImplementedError

    def show_reading_error(self, error: BaseException) -> None:
        """Show why reading failed."""
        self.show_error(str(error))

    def on_screen_resume(self) -> None:
        self.start_reading()

    def start_reading(self) -> None:
        """Begin to read, unless that is under way or another screen covers this one."""
        if self._reader is None and self.is_uncovered:
            self._started = time.monotonic()
            self._reader = self.run_worker(self.read, thread=True, group="listing", exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.worker is not self._reader or event.state in (WorkerState.PENDING, WorkerState.RUNNING):
            return
        reader, self._reader = self._reader, None
        if reader.error is not None:
            self.show_reading_error(reader.error)
        elif reader.state is WorkerState.SUCCESS:
            self.show_result(reader.result)  # type: ignore[arg-type]
        if self.KEEP_READING:
            cost = time.monotonic() - self._started
            self.set_timer(min(max(self.MIN_PAUSE, cost / _MAX_SHARE), _MAX_PAUSE), self.start_reading)
