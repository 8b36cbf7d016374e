"""A run that another process trains or trained, read from its database."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from bntui.records import State, UserError
from bntui.run.series.history import History
from bntui.run.series.step_rate import StepRate, probe_share
from bntui.run.sources.protocol import Status
from bntui.run.sources.single import SingleRun
from bntui.run.storage.database import Locked
from bntui.run.storage.reader import RunReader

POLL_SECONDS = 0.3
CHUNK = 10_000
"""Measurements read at a time; a long run is shown while it is being read."""


class AttachedRun(SingleRun):
    """A `RunSource` that only reads; the process that trains the run is neither disturbed nor steered."""

    attached = True
    folder: Path

    def __init__(self, folder: Path, turn: AbstractContextManager[object] | None = None) -> None:
        """Raise UserError if the folder holds no readable run; `turn` is held while it is first read."""
        self._rate = StepRate()
        self._turn = turn or contextlib.nullcontext()
        with RunReader(folder) as reader:
            # The step is known before the measurements are, so charts have their full width from the start.
            progress = reader.progress
            status = Status(loading="reading the run", step=progress.steps, rate=self._rate.after(progress))
            super().__init__(reader.spec, status, folder)
        self._last_id = self._last_reading = 0
        self._trained = False

    @property
    def ended_meanwhile(self) -> bool:
        """Whether the run was training when it was read, and is over now."""
        return self._trained and self.status.state.over

    def pause(self) -> None:
        """Do nothing: another process trains the run."""

    resume = step = checkpoint = pause

    def work(self) -> None:
        """Read the run until it ends or `stop` is called. Raises UserError if it ended before its first measurement."""
        with contextlib.ExitStack() as stack:
            with self._turn:
                reader = stack.enter_context(RunReader(self.folder))
                over = self._is_over(reader)
            while not over and not self._control.stopping:
                self._control.wait_for_stop(POLL_SECONDS)
                over = self._is_over(reader)

    def _is_over(self, reader: RunReader) -> bool:
        """Read what is new, unless the source was stopped, and return whether that was the last."""
        # A lock that another program holds too long delays the screen, and does not end it.
        with contextlib.suppress(Locked):
            return not self._control.stopping and self._read_all(reader).over
        return False

    def _read_all(self, reader: RunReader) -> State:
        # Read the state first: once it says that the run is over, all measurements are there.
        state = reader.state
        self._trained = self._trained or not state.over
        if reader.replaced:
            raise UserError(f"run {self.run_id}: its folder was deleted or moved while it was read; open it again")
        self._read_new(reader)
        for row_id, reading in reader.readings_after(self._last_reading):
            self.readings.append(reading)
            self._last_reading = row_id
        if self.history is not None:
            self.history.over = state.over
        self._update(reader, state)
        return state

    def _read_new(self, reader: RunReader) -> None:
        if self.history is None:
            info = reader.info
            if info is None:
                return
            self.history = History(info)
        while not self._control.stopping:
            added = reader.blocks_after(self._last_id, CHUNK)
            if added is None:
                return
            self._last_id, blocks = added
            self.history.extend_blocks(blocks)

    def _update(self, reader: RunReader, state: State) -> None:
        self.notices = reader.notices()
        progress, before = reader.progress, self._status
        if self.history is None and state.over:
            raise UserError(f"run {self.run_id}: {state} before anything was measured")
        self._status = replace(
            before,
            state=State.LOADING if self.history is None else state,
            step=progress.steps,
            rate=self._rate.after(progress) if progress.steps != before.step else before.rate,
            probe_share=probe_share(progress),
        )
