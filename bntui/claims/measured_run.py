"""Runs that claims are checked on, live or read back, and the condition for checking several together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np

from bntui.records import Notice, State, UserError, divergence_steps
from bntui.run.series.history import Curves, Key
from bntui.run.series.readings import Readings
from bntui.run.sources.protocol import RunSource
from bntui.run.storage.reader import RunReader
from bntui.run.storage.stored_history import read_history, read_readings
from bntui.spec import NOT_MEASURED, ExperimentSpec


@dataclass(frozen=True, slots=True)
class MeasuredRun:
    """A run up to its latest measurement; `name` identifies it in messages, `notices` hold its divergences.

    `state` says whether measurements are still to come. `readings` hold the seconds of training, where they are known.
    """

    spec: ExperimentSpec
    history: Curves
    notices: tuple[Notice, ...] = ()
    name: str = "this run"
    state: State = State.FINISHED
    readings: Readings = field(default_factory=Readings)
    ended: dict[str, int] = field(init=False)
    """The step at which each diverged variant diverged, from the notices or from the first non-finite loss."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "ended", {**_nonfinite_losses(self.history), **divergence_steps(self.notices)})

    @classmethod
    def of(cls, source: RunSource, name: str = "") -> MeasuredRun | None:
        """Return the run that a source shows, by default named by its id; None until training begins."""
        if source.history is None:
            return None
        state = source.status.state
        return cls(source.spec, source.history, source.notices, name or source.run_id, state, source.readings)

    @property
    def reached(self) -> int:
        """The number of steps done according to the measurements; all steps where every variant diverged."""
        info = self.history.info
        if len(self.ended) == len(info.variants):
            return self.spec.steps
        # Only the last values of a measurement may be missing.
        first = [info.columns_of(probe)[0] for probe in info.probes]
        keys = [Key(variant, column.probe, column.name, column.layer) for variant in info.variants for column in first]
        curves = [self.history.points(key).steps for key in keys]
        last = max((int(steps[-1]) for steps in curves if len(steps)), default=-1)
        # Some probes measure once more after the last update, at step = the run's steps.
        return min(last + 1, self.spec.steps)

    @property
    def classifies(self) -> bool:
        """Whether training accuracy is measured, as it is not in a regression."""
        return any((column.probe, column.name) == ("train", "accuracy") for column in self.history.info.columns)


def load(folder: Path) -> MeasuredRun:
    """Read a run's measurements so far. Raises UserError if there are none."""
    with RunReader(folder) as reader:
        info = reader.info
        if info is None:
            raise UserError(f"run {reader.run_id}: nothing was measured, so there is nothing to check")
        # Once the state says that the run is over, all measurements are there.
        state = reader.state
        history, readings = read_history(reader, info), read_readings(reader)
        return MeasuredRun(reader.spec, history, reader.notices(), reader.run_id, state, readings)


def check_together(runs: Sequence[MeasuredRun]) -> None:
    """Raise UserError unless the runs are one experiment under different seeds."""
    for first, second in combinations(runs, 2):
        difference = _difference(first, second)
        if difference:
            raise UserError(
                f"runs {first.name} and {second.name} are not the same experiment: {difference};"
                " claims over several runs need runs that differ only in their seed"
            )
        if first.spec.seed == second.spec.seed:
            raise UserError(
                f"runs {first.name} and {second.name} have the same seed {first.spec.seed}:"
                " together they show no more than one of them"
            )


def _difference(first: MeasuredRun, second: MeasuredRun) -> str:
    datasets = first.history.info.dataset, second.history.info.dataset
    if datasets[0] != datasets[1]:
        return f"trained on {datasets[0]} and on {datasets[1]}"
    options, others = (run.spec.model_dump(exclude={"seed", *NOT_MEASURED}) for run in (first, second))
    return next((f"'{key}' differs" for key in options if options[key] != others[key]), "")


def _nonfinite_losses(history: Curves) -> dict[str, int]:
    steps = {}
    for variant in history.info.variants:
        loss = history.points(Key(variant, "train", "loss"))
        nonfinite = ~np.isfinite(loss.values)
        if nonfinite.any():
            steps[variant] = int(loss.steps[nonfinite.argmax()])
    return steps
