"""The runs that claims are checked on: live or read back, and whether several may be taken together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np

from bntui.records import Notice, UserError, divergence_steps
from bntui.run.series.history import Curves, History, Key
from bntui.run.storage.reader import RunReader
from bntui.spec import ExperimentSpec


@dataclass(frozen=True, slots=True)
class Run:
    """A run as far as it has come. `name` is what messages call it; `notices` tell what diverged and when."""

    spec: ExperimentSpec
    history: Curves
    notices: tuple[Notice, ...] = ()
    name: str = "this run"
    ended: dict[str, int] = field(init=False)
    """The step at which each diverged variant diverged; a loss that is not finite is enough to tell."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "ended", {**_lost(self.history), **divergence_steps(self.notices)})

    @property
    def reached(self) -> int:
        """Steps done, as far as measurements tell; all of them where every variant diverged and nothing follows."""
        info = self.history.info
        if len(self.ended) == len(info.variants):
            return self.spec.steps
        keys = [Key(variant, each.probe, each.name, each.layer) for variant in info.variants for each in info.columns]
        steps = [self.history.points(key).steps for key in keys]
        last = max((int(each[-1]) for each in steps if len(each)), default=-1)
        # Some measure once more after the last update, at step = the run's steps.
        return min(last + 1, self.spec.steps)

    @property
    def chance(self) -> float | None:
        """The accuracy of guessing, in [0, 1]; None where there are no classes."""
        classes = self.history.info.classes
        return 1 / classes if classes else None


def load(folder: Path) -> Run:
    """A run's measurements so far. Raises UserError where there are none."""
    with RunReader(folder) as reader:
        info = reader.info
        if info is None:
            raise UserError(f"run {reader.run_id}: nothing was measured, so there is nothing to check")
        history = History(info)
        history.extend(reader.measurements())
        return Run(reader.spec, history, reader.notices(), reader.run_id)


def check_together(runs: Sequence[Run]) -> None:
    """Raises UserError unless the runs are one experiment under different seeds."""
    for one, other in combinations(runs, 2):
        differs = _difference(one, other)
        if differs:
            raise UserError(
                f"runs {one.name} and {other.name} are not the same experiment: {differs};"
                " claims over several runs need runs that differ in nothing but their seed"
            )
        if one.spec.seed == other.spec.seed:
            raise UserError(
                f"runs {one.name} and {other.name} have the same seed {one.spec.seed}:"
                " together they say no more than one of them"
            )


def _difference(one: Run, other: Run) -> str:
    if one.history.info.dataset != other.history.info.dataset:
        return f"trained on {one.history.info.dataset} and on {other.history.info.dataset}"
    # Titles say nothing of what is measured, and the device only how it is rounded.
    free = {"seed", "device", "title", "source", "about"}
    here, there = one.spec.model_dump(exclude=free), other.spec.model_dump(exclude=free)
    return next((f"'{key}' differs" for key in here if here[key] != there[key]), "")


def _lost(history: Curves) -> dict[str, int]:
    found = {}
    for variant in history.info.variants:
        loss = history.points(Key(variant, "train", "loss"))
        nonfinite = ~np.isfinite(loss.values)
        if nonfinite.any():
            found[variant] = int(loss.steps[nonfinite.argmax()])
    return found
