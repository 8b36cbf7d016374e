"""Trailing means, taken only where they are wanted, so that a long run costs no more than its picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bntui.run.series.history import Points

Array = npt.NDArray[np.float64]

WINDOW = 25
"""Steps of the trailing mean that suits what scatters from batch to batch; the table has the same."""


def windows(steps: int) -> tuple[int, int, int]:
    """No, light and strong smoothing for a run of so many steps, in steps; the strong one grows with the run."""
    return 0, WINDOW, max(4 * WINDOW, steps // 50)


def trailing_mean(points: Points, ends: npt.NDArray[np.intp], window: int = WINDOW) -> Array:
    """The mean of the finite values measured in the `window` steps up to each of the points `ends`.

    `ends` (k,) rise and index into the points; returns (k,). A point that is itself not finite has no mean (NaN):
    smoothing must not hide a divergence.
    """
    starts = points.count_before(points.steps[ends] - (window - 1))
    within = points.summarize(starts, ends + 1)
    return np.where(np.isfinite(points.values[ends]), within.total / np.maximum(within.finite, 1), np.nan)
