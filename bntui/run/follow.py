"""A run that another process trains, or trained: everything comes from its database."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from bntui.records import State, UserError
from bntui.run.archive import Archive
from bntui.run.feed import Status
from bntui.run.history import History
from bntui.run.known import KnownRun
from bntui.run.rate import Rate, probe_share

LOOK_SECONDS = 0.3
CHUNK = 10_000
"""Measurements taken over at a time, so that a long run appears bit by bit."""


class FollowedRun(KnownRun):
    """Implements `run.feed.Feed` by reading only; whoever trains is not disturbed, and not steered either."""

    attached = True

    def __init__(self, folder: Path) -> None:
        """Raises UserError where there is no run that can be read."""
        self._rate = Rate()
        with Archive(folder) as archive:
            # How far it is comes first, so that what is read bit by bit appears in its place.
            progress = archive.progress
            status = Status(loading="reading the run", step=progress.steps, rate=self._rate.after(progress))
            super().__init__(archive.spec, status, folder)
        self._place = folder
        self._leave = threading.Event()
        self._last = 0

    def pause(self) -> None:
        """Only the process that trains can."""

    def resume(self) -> None:
        """Only the process that trains can."""

    def step(self) -> None:
        """Only the process that trains can."""

    def stop(self) -> None:
        """Look no further; the run goes on."""
        self._leave.set()

    def work(self) -> None:
        """Follow the run to its end, or until `stop`; blocks. Raises UserError where it cannot be read."""
        with Archive(self._place) as archive:
            while not self._leave.is_set():
                # The state first: what was written before a run's end is there once the end is.
                state = archive.state
                self._take(archive)
                self._tell(archive, state)
                if state.over:
                    return
                self._leave.wait(LOOK_SECONDS)

    def _take(self, archive: Archive) -> None:
        if self._history is None:
            info = archive.info
            if info is None:
                return
            self._history = History(info)
        while not self._leave.is_set():
            found = archive.after(self._last, CHUNK)
            self._history.extend(measurement for _, measurement in found)
            if not found:
                return
            self._last = found[-1][0]

    def _tell(self, archive: Archive, state: State) -> None:
        self._notices = archive.notices()
        progress, before = archive.progress, self._status
        if self._history is None and state.over:
            raise UserError(f"run {self.run_id}: {state} before anything was measured")
        self._status = replace(
            before,
            state=State.LOADING if self._history is None else state,
            step=progress.steps,
            rate=self._rate.after(progress) if progress.steps != before.step else before.rate,
            probe_share=probe_share(progress),
        )
