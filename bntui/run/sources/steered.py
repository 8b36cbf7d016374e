"""A run that this process plays or trains step by step, and that can be paused and stopped from another thread."""

from __future__ import annotations

from pathlib import Path

from bntui.run.sources.control import Control
from bntui.run.sources.known import KnownRun
from bntui.run.sources.protocol import Status
from bntui.spec import ExperimentSpec


class SteeredRun(KnownRun):
    """The part of `run.feed.Feed` that steers."""

    def __init__(self, spec: ExperimentSpec, status: Status, folder: Path | None = None) -> None:
        super().__init__(spec, status, folder)
        self._control = Control()

    def pause(self) -> None:
        """Wait before the next step."""
        self._control.pause()

    def resume(self) -> None:
        """Go on."""
        self._control.resume()

    def step(self) -> None:
        """Take one step and pause again."""
        self._control.step()

    def stop(self) -> None:
        """End after the step under way, also while loading."""
        self._control.stop()
