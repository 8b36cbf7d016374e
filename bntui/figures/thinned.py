"""The points of a long curve that a drawing of limited width can show."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.intp]


def thinned(steps: Any, columns: int, *curves: Any) -> Indices:
    """Return the rising indices of the points to draw, of rising steps (n,) and curves (n,) over them.

    These are the first and the last point, and in each of `columns` columns of equal width the lowest, the highest and
    the first that is not finite, of each curve. All points, where they are few.
    """
    if len(steps) <= 2 * columns:
        return np.arange(len(steps))
    offsets = np.asarray(steps, np.int64) - int(steps[0])
    starts = np.flatnonzero(np.diff(offsets * columns // (int(offsets[-1]) + 1), prepend=-1))
    lengths = np.diff(starts, append=len(steps))
    kept = [np.array([0, len(steps) - 1])]
    for curve in curves:
        values = np.asarray(curve, np.float64)
        finite = np.isfinite(values)
        for filled, extreme in ((np.where(finite, values, np.inf), np.minimum), (_low(values, finite), np.maximum)):
            kept.append(_first(filled == np.repeat(extreme.reduceat(filled, starts), lengths), starts))
        kept.append(_first(~finite, starts))
    return np.unique(np.concatenate(kept))


def _low(values: npt.NDArray[np.float64], finite: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    return np.where(finite, values, -np.inf)


def _first(found: npt.NDArray[np.bool_], starts: Indices) -> Indices:
    """Return the index of the first point that was found in each column, where there is one."""
    indices = np.flatnonzero(found)
    columns = np.searchsorted(starts, indices, side="right")
    return indices[np.flatnonzero(np.diff(columns, prepend=-1))]
