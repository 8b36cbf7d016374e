"""A run that another process trains, or trained: everything comes from its database."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from bntui.records import State, UserError
from bntui.run.series.history import History
from bntui.run.series.step_rate import Rate, probe_share
from bntui.run.sources.known import KnownRun
from bntui.run.sources.protocol import Status
from bntui.run.storage.reader import RunReader

LOOK_SECONDS = 0.3
CHUNK = 10_000
"""Measurements taken over at a time, so that a long run appears bit by bit."""


class AttachedRun(KnownRun):
    """Implements `run.feed.Feed` by reading only; whoever trains is not disturbed, and not steered either."""

    attached = True

    def __init__(self, folder: Path) -> None:
        """Raises UserError where there is no run that can be read."""
        self._rate = Rate()
        with RunReader(folder) as reader:
            # How far it is comes first, so that what is read bit by bit appears in its place.
            progress = reader.progress
            status = Status(loading="reading the run", step=progress.steps, rate=self._rate.after(progress))
            super().__init__(reader.spec, status, folder)
        self._run_folder = folder
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
        with RunReader(self._run_folder) as reader:
            while not self._leave.is_set():
                # The state first: what was written before a run's end is there once the end is.
                state = reader.state
                self._take(reader)
                self._tell(reader, state)
                if state.over:
                    return
                self._leave.wait(LOOK_SECONDS)

    def _take(self, reader: RunReader) -> None:
        if self._history is None:
            info = reader.info
            if info is None:
                return
            self._history = History(info)
        while not self._leave.is_set():
            found = reader.after(self._last, CHUNK)
            self._history.extend(measurement for _, measurement in found)
            if not found:
                return
            self._last = found[-1][0]

    def _tell(self, reader: RunReader, state: State) -> None:
        self._notices = reader.notices()
        progress, before = reader.progress, self._status
        if self._history is None and state.over:
            raise UserError(f"run {self.run_id}: {state} before anything was measured")
        self._status = replace(
            before,
            state=State.LOADING if self._history is None else state,
            step=progress.steps,
            rate=self._rate.after(progress) if progress.steps != before.step else before.rate,
            probe_share=probe_share(progress),
        )
