"""The interface between a screen and the source of the run that it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bntui.records import Notice, RunInfo, State, StepRange
from bntui.run.series.history import Curves
from bntui.run.series.readings import Readings, Times
from bntui.spec import ExperimentSpec


@dataclass(frozen=True, slots=True)
class Status:
    """The progress of a run at one moment.

    `rate` is in steps per second; `probe_share` is the fraction of the training time spent in probes, in [0, 1];
    `loading` names the current preparation and `fraction` its completed part (None: unknown); `error` is the
    one-line message of a failed run; `unstored` is the number of measurements that cannot be written now.
    """

    state: State = State.LOADING
    step: int = 0
    rate: float = 0.0
    probe_share: float = 0.0
    loading: str = ""
    fraction: float | None = None
    error: str = ""
    unstored: int = 0


class Work(Protocol):
    """What a thread of its own does. Everything but `work` may be called from the UI thread at any time."""

    @property
    def attached(self) -> bool:
        """True if this process only reads a run, so that leaving does not end its training."""

    def work(self) -> None:
        """Do all of it; call it once, from a worker thread. Raises UserError for a mistake of the user's."""

    def resume(self) -> None:
        """Continue after a pause; no effect if another process trains the run."""

    def checkpoint(self) -> None:
        """Write a checkpoint after the current step; no effect if another process trains the run."""

    def give_up(self) -> bool:
        """Stop; return True if there is nothing to save and never will be, so that nobody need wait for `work`."""


class RunSource(Work, Protocol):
    """A run as a screen sees it."""

    @property
    def spec(self) -> ExperimentSpec:
        """The experiment; resolved once loading has begun."""

    @property
    def run_id(self) -> str:
        """The run's id; '' until it has a folder."""

    @property
    def folder(self) -> Path | None:
        """The run's folder; None until it has one."""

    @property
    def info(self) -> RunInfo | None:
        """The run's columns, variants and layers; None until training begins."""

    @property
    def history(self) -> Curves | None:
        """The measured curves; None until training begins."""

    @property
    def readings(self) -> Readings:
        """What the run spent so far; empty for runs of earlier versions, and for compared runs (see `parts`)."""

    def times(self, variant: str) -> Times:
        """Return the seconds of training that a variant took, at some numbers of steps: the mean over seeds."""

    @property
    def status(self) -> Status:
        """The state, step and speed of the run now."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Notices so far, oldest first."""

    @property
    def parts(self) -> Mapping[str, RunSource]:
        """The runs shown together, by label; a single run is its own only part, labelled ''."""

    @property
    def groups(self) -> Mapping[str, tuple[RunSource, ...]]:
        """The same runs, those that differ only in their seed together, by label; '' where there is one group."""

    def work(self) -> None:
        """Load, train and store the run, or read it, to its end; call it once, from a worker thread.

        Raises UserError for a mistake of the user's. Any other error of a training run sets the state FAILED and
        adds a notice before it is raised; measurements so far are kept.
        """

    def pause(self) -> None:
        """Wait before the next step; no effect if another process trains the run."""

    def step(self) -> None:
        """Take one step, then pause; no effect if another process trains the run."""

    def stop(self) -> None:
        """End after the current step, or while loading; an attached source only ends reading."""

    def export(self, path: Path | None = None, steps: StepRange | None = None) -> Path:
        """Write the long CSV of the measurements so far, or of some steps, and return its path.

        By default the file is written to the run's folder. Raises UserError.
        """
