"""Trailing means of curves, computed only at the points that are drawn."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from bntui.run.series.history import Points
from bntui.run.series.seed_mean import Estimate, estimate

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
    steps = points.measured_at
    starts = np.searchsorted(steps, (steps[ends] - (window - 1)).astype(steps.dtype))
    within = points.summarize(starts, ends + 1)
    return np.where(np.isfinite(points.values[ends]), within.total / np.maximum(within.finite, 1), np.nan)


def estimate_at(seeds: Collection[Points], steps: npt.NDArray[np.int32], window: int = 0) -> Estimate:
    """Estimate the mean over seeds of their values, or trailing means, at rising steps (k,).

    A seed counts at the steps that it has measured.
    """
    values, measured = np.zeros((len(seeds), len(steps))), np.zeros((len(seeds), len(steps)), np.bool_)
    for row, present, points in zip(values, measured, seeds, strict=True):
        ends = points.count_before(steps + 1) - 1
        present[:] = (ends >= 0) & (points.steps[np.maximum(ends, 0)] == steps) if len(points.steps) else False
        known = ends[present]
        row[present] = trailing_mean(points, known, window) if window else points.values[known]
    return estimate(values, measured)
