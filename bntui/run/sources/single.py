"""State and steering that every source of a single run has: one thread writes the state, any thread reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Self

from bntui.records import Notice, RunInfo, State, StepRange, UserError
from bntui.run.exports.formats import export, file_name
from bntui.run.series.history import History
from bntui.run.series.readings import Readings, Times
from bntui.run.sources.control import Control
from bntui.run.sources.protocol import Status
from bntui.run.storage.reader import RunReader
from bntui.spec import ExperimentSpec


class SingleRun:
    """All of `RunSource` but `attached` and `work`; `work` updates the attributes."""

    def __init__(self, spec: ExperimentSpec, status: Status, folder: Path | None = None) -> None:
        self.spec = spec
        self.folder = folder
        self.history: History | None = None
        self.readings = Readings()
        self.notices: tuple[Notice, ...] = ()
        self._status = status
        self._control = Control()

    @property
    def run_id(self) -> str:
        """The run's id; '' until it has a folder."""
        return self.folder.name if self.folder else ""

    @property
    def info(self) -> RunInfo | None:
        """The run's columns, variants and layers; None until training begins."""
        return self.history.info if self.history else None

    def times(self, variant: str) -> Times:
        """Return the seconds of training that a variant took, at some numbers of steps."""
        return self.readings.times(variant)

    @property
    def parts(self) -> Mapping[str, Self]:
        """The run itself, without a label."""
        return {"": self}

    @property
    def groups(self) -> Mapping[str, tuple[Self, ...]]:
        """The run itself, without a label."""
        return {"": (self,)}

    @property
    def status(self) -> Status:
        """The state, step and speed of the run now."""
        status = self._status
        if status.state in (State.TRAINING, State.REPLAYING) and self._control.paused:
            return replace(status, state=State.PAUSED)
        return status

    def pause(self) -> None:
        """Wait before the next step."""
        self._control.pause()

    def resume(self) -> None:
        """Continue after a pause."""
        self._control.resume()

    def step(self) -> None:
        """Take one step, then pause."""
        self._control.step()

    def checkpoint(self) -> None:
        """Write a checkpoint after the current step."""
        self._control.checkpoint()

    def stop(self) -> None:
        """End after the current step, or while loading."""
        self._control.stop()

    def give_up(self) -> bool:
        """Stop; return True: reading leaves nothing to save."""
        self.stop()
        return True

    def export(self, path: Path | None = None, steps: StepRange | None = None) -> Path:
        """Write the long CSV of the measurements so far, or of some steps, and return its path. Raises UserError."""
        if self.folder is None:
            raise UserError("nothing is measured yet, so there is nothing to export")
        to = path or self.folder / file_name(self.run_id, steps)
        with RunReader(self.folder) as reader:
            export(reader, to, steps=steps)
        return to
