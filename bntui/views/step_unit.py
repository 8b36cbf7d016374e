"""What an axis of steps counts: steps, epochs, training samples or seconds of training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from bntui.views.ticks import Tick, nice_step


class StepUnit(NamedTuple):
    """A unit of the axis; a step is `per_step` of it.

    Of `SECONDS` this holds for the places on the axis, which are milliseconds: steps take variants different times.
    """

    name: str
    per_step: float

    def phrase(self, at: int) -> str:
        """Return what a place on the axis is called in a sentence."""
        return f"{at * self.per_step:,.3f} s" if self == SECONDS else f"step {at:,}"


STEPS = StepUnit("steps", 1.0)
SECONDS = StepUnit("seconds", 0.001)


def step_units(runs: Sequence[tuple[int, int]]) -> tuple[StepUnit, ...]:
    """Return the units in which all steps are equal, and equal in all runs.

    `runs` are (steps in an epoch, samples in a batch) of each run.
    """
    epochs, samples = ({run[number] for run in runs} for number in (0, 1))
    units = [STEPS]
    if len(epochs) == 1 and min(epochs) > 0:
        units.append(StepUnit("epochs", 1 / min(epochs)))
    if len(samples) == 1:
        units.append(StepUnit("samples", float(min(samples))))
    return tuple(units)


def step_ticks(left: float, right: float, most: int, unit: StepUnit) -> list[Tick]:
    """Return at most about `most` + 1 steps that are round in a unit, labelled in it."""
    low, high = left * unit.per_step, right * unit.per_step
    interval = nice_step(high - low or unit.per_step, most)
    # Half a step, or half a sample, is nothing to label.
    interval = interval if unit.per_step < 1 else max(interval, 1.0)
    decimals = max(0, -math.floor(math.log10(interval) + 1e-9))
    numbers = range(math.ceil(low / interval - 1e-9), math.floor(high / interval + 1e-9) + 1)
    return [Tick(number * interval / unit.per_step, f"{number * interval:,.{decimals}f}") for number in numbers]
