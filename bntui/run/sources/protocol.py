"""What a screen needs of a run, whoever trains it: the seam between the dashboard and everything below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bntui.records import Notice, RunInfo, State, StepRange
from bntui.run.series.history import Curves
from bntui.spec import ExperimentSpec


@dataclass(frozen=True, slots=True)
class Status:
    """Where the run stands at one moment.

    `rate` is in steps a second, `probe_share` the part of the training time that probes took, in [0, 1];
    `loading` says what is being prepared, `fraction` how much of it is done (None: not known);
    `error` is the one line to show for a failed run.
    """

    state: State = State.LOADING
    step: int = 0
    rate: float = 0.0
    probe_share: float = 0.0
    loading: str = ""
    fraction: float | None = None
    error: str = ""


class RunSource(Protocol):
    """A run as the screen sees it. All but `work` may be called from the UI thread at any time."""

    @property
    def attached(self) -> bool:
        """True where another process trains: this one only looks, and leaving does not end the run."""

    @property
    def spec(self) -> ExperimentSpec:
        """The experiment, as it was asked for."""

    @property
    def run_id(self) -> str:
        """The run's id; '' until it has a folder."""

    @property
    def folder(self) -> Path | None:
        """The run's folder; None until it has one."""

    @property
    def info(self) -> RunInfo | None:
        """None until training begins."""

    @property
    def history(self) -> Curves | None:
        """None until training begins."""

    @property
    def status(self) -> Status:
        """Where the run stands now."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What has happened so far, oldest first."""

    @property
    def parts(self) -> Mapping[str, RunSource]:
        """The runs that are shown together, by their labels; one alone is its own only part, without a label."""

    def work(self) -> None:
        """Load, train, and store until the end; blocks, so it is called from a worker thread, once.

        A mistake of the user's raises UserError before anything was measured; whatever goes wrong later
        becomes the state FAILED with a notice, and what was measured stays.
        """

    def pause(self) -> None:
        """Wait before the next step."""

    def resume(self) -> None:
        """Go on."""

    def step(self) -> None:
        """Take one step and pause again."""

    def stop(self) -> None:
        """End after the step under way; also ends loading."""

    def export(self, path: Path | None = None, steps: StepRange | None = None) -> Path:
        """Write the long CSV of what is measured so far, or of some steps; returns where (default: its folder)."""
