"""Trailing means, taken only where they are wanted, so that a long run costs no more than its picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bntui.views.chart import Array

WINDOW = 25
"""Steps of the trailing mean that the charts and the table share."""


def trailing_mean(
    steps: npt.NDArray[np.int32], values: Array, ends: npt.NDArray[np.intp], window: int = WINDOW
) -> Array:
    """The mean of the finite values measured in the `window` steps up to each of the points `ends`.

    `steps` (n,) rise; `ends` (k,) index into them; returns (k,). A point that is itself not finite has no
    mean (NaN): smoothing must not hide a divergence.
    """
    places = ends[:, None] - np.arange(window)
    inside = np.maximum(places, 0)
    taken = values[inside]
    counted = (places >= 0) & (steps[inside] > steps[ends][:, None] - window) & np.isfinite(taken)
    sums = np.where(counted, taken, 0.0).sum(axis=1)
    means = sums / np.maximum(counted.sum(axis=1), 1)
    return np.where(np.isfinite(values[ends]), means, np.nan)
