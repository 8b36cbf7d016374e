"""Curves of variants compared at equal seconds of training, not at equal steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bntui.run.series.history import Points
from bntui.run.series.readings import Times

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int32]


class Timed(NamedTuple):
    """A variant's curve and the seconds of training that its steps took; `after` is its value once it has diverged.

    `after` is None for a variant that did not diverge, and for a quantity without a value then.
    """

    points: Points
    times: Times
    after: float | None = None


def at_equal_seconds(curves: Sequence[Timed]) -> tuple[Integers, Array]:
    """Return the values of variants (variants, n) at n moments, evenly spaced over the seconds that all were trained.

    Between two measurements a value is taken as linear in the seconds. There are as many moments as the variant with
    the fewest measurements has. Each has a step: that which all variants that still train had done by then, so that a
    part of a run lasts until every variant has done its steps. Variants that diverged, and have a value then, end
    nothing, unless all did.
    """
    measured = [_measured(curve) for curve in curves]
    lasting = [number for number, curve in enumerate(curves) if curve.after is None] or list(range(len(curves)))
    count = min(len(measured[number][0]) for number in lasting)
    if not count or not all(len(seconds) for seconds, _ in measured):
        return np.empty(0, np.int32), np.empty((len(curves), 0))
    moments = np.linspace(0.0, min(measured[number][0][-1] for number in lasting), count)
    values = [
        np.interp(moments, seconds, values, right=values[-1] if curve.after is None else curve.after)
        for curve, (seconds, values) in zip(curves, measured, strict=True)
    ]
    steps = [np.interp(moments, curves[number].times.seconds, curves[number].times.steps) for number in lasting]
    return np.min(steps, axis=0).astype(np.int32), np.stack(values)


def _measured(curve: Timed) -> tuple[Array, Array]:
    """Return the seconds (k,) and the finite values (k,) of a curve, up to the last step whose seconds are known."""
    points, times = curve.points, curve.times
    known = points.head(points.count_through(int(times.steps[-1])))
    finite = np.isfinite(known.values)
    return np.interp(known.steps[finite], times.steps, times.seconds), known.values[finite].astype(np.float64)
