"""Trailing means of curves, computed only at the points that are drawn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bntui.run.series.history import Points

Array = npt.NDArray[np.float64]

WINDOW = 25
"""Default trailing mean, in steps, for quantities that scatter from batch to batch; also that of the table."""


def windows(steps: int) -> tuple[int, int, int]:
    """Return the windows of no, light and strong smoothing, in steps; the strong one grows with the run's `steps`."""
    return 0, WINDOW, max(4 * WINDOW, steps // 50)


def trailing_mean(points: Points, ends: npt.NDArray[np.intp], window: int = WINDOW) -> Array:
    """Return the means (k,) of the finite values measured in the `window` steps up to each of the points `ends`.

    `ends` (k,) are rising indices of points. The mean at a non-finite point is NaN: smoothing must not hide a
    divergence.
    """
    starts = points.count_before(points.steps[ends] - (window - 1))
    within = points.summarize(starts, ends + 1)
    return np.where(np.isfinite(points.values[ends]), within.total / np.maximum(within.finite, 1), np.nan)
