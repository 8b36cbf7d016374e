"""The base of screens that show the list of runs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import ClassVar

from textual.worker import Worker, WorkerState

from bntui.run.storage.listing import Listing
from bntui.run.storage.summary import Summary
from bntui.tui.screens.base import BaseScreen

_MIN_PAUSE = 3.0
"""Seconds between two readings, at least."""
_MAX_SHARE = 0.01
"""The largest share of the time that reading may take."""
_MAX_PAUSE = 30.0
"""Seconds between two readings, at most, however many runs there are."""


class RunListScreen(BaseScreen):
    """Reads the runs in a thread whenever the screen is shown. Subclasses show them in `show_runs`."""

    KEEP_READING: ClassVar[bool] = False
    """Whether to read the list again every few seconds."""

    def __init__(self, runs_dir: Path | None) -> None:
        """`runs_dir` is the folder of all runs; None for no runs."""
        super().__init__()
        self._dir = runs_dir
        self._listing: Listing | None = None
        self._runs: list[Summary] = []
        """All runs, newest first."""
        self._shown = False
        self._reader: Worker[list[Summary]] | None = None
        self._started = 0.0

    def show_runs(self) -> None:
        """Show the runs that have just been read."""
        raise NotImplementedError

    def on_screen_resume(self) -> None:
        self.read_runs()

    def read_runs(self) -> None:
        """Begin to read the runs, unless that is under way or another screen covers this one."""
        if self._dir is not None and self._reader is None and self.is_uncovered:
            self._started = time.monotonic()
            self._reader = self.run_worker(self._newest_first, thread=True, group="listing", exit_on_error=False)

    def _newest_first(self) -> list[Summary]:
        if self._dir is None:
            return []
        if self._listing is None:
            self._listing = Listing(self._dir)
        return self._listing.read()[::-1]

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.worker is not self._reader or event.state in (WorkerState.PENDING, WorkerState.RUNNING):
            return
        reader, self._reader = self._reader, None
        if reader.error is not None:
            self.show_error(f"{self._dir}: cannot be read: {reader.error}")
        elif reader.result is not None and (reader.result != self._runs or not self._shown):
            self._runs, self._shown = reader.result, True
            self.show_runs()
        if self.KEEP_READING:
            cost = time.monotonic() - self._started
            self.set_timer(min(max(_MIN_PAUSE, cost / _MAX_SHARE), _MAX_PAUSE), self.read_runs)
