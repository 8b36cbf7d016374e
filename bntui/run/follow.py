"""A run that another process trains, or trained: everything comes from its database."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from bntui.records import Notice, RunInfo, State, UserError
from bntui.run.archive import Archive
from bntui.run.export import export
from bntui.run.feed import Status
from bntui.run.history import History
from bntui.run.rate import Rate, probe_share
from bntui.spec import ExperimentSpec

LOOK_SECONDS = 0.3
CHUNK = 10_000
"""Measurements taken over at a time, so that a long run appears bit by bit."""


class FollowedRun:
    """Implements `run.feed.Feed` by reading only; whoever trains is not disturbed, and not steered either."""

    attached = True

    def __init__(self, folder: Path) -> None:
        """Raises UserError where there is no run that can be read."""
        self._folder = folder
        self._history: History | None = None
        self._notices: tuple[Notice, ...] = ()
        self._status = Status(loading="reading the run")
        self._leave = threading.Event()
        self._last = 0
        self._rate = Rate()
        with Archive(folder) as archive:
            self._spec = archive.spec

    @property
    def spec(self) -> ExperimentSpec:
        """The resolved experiment."""
        return self._spec

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self._folder.name

    @property
    def folder(self) -> Path | None:
        """The run's folder."""
        return self._folder

    @property
    def info(self) -> RunInfo | None:
        """None until training begins."""
        return self._history.info if self._history else None

    @property
    def history(self) -> History | None:
        """None until training begins."""
        return self._history

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What has happened so far, oldest first."""
        return self._notices

    @property
    def status(self) -> Status:
        """Where the run stands, as far as it was read."""
        return self._status

    def pause(self) -> None:
        """Only the process that trains can."""

    def resume(self) -> None:
        """Only the process that trains can."""

    def step(self) -> None:
        """Only the process that trains can."""

    def stop(self) -> None:
        """Look no further; the run goes on."""
        self._leave.set()

    def export(self, path: Path | None = None) -> Path:
        """Write the long CSV of what is measured so far. Raises UserError."""
        to = path or self._folder / f"{self.run_id}.csv"
        with Archive(self._folder) as archive:
            export(archive, to)
        return to

    def work(self) -> None:
        """Follow the run to its end, or until `stop`; blocks. Raises UserError where it cannot be read."""
        with Archive(self._folder) as archive:
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
