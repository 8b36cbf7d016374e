"""Reduce long curves and rasters to the columns of a drawing.

A drawing has `columns` columns; column i holds the steps from edges[i] up to, but without, edges[i + 1].
"""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from bntui.run.series.block_summary import BlockSummary, Indices, IntervalSummaries
from bntui.run.series.history import Points, Steps
from bntui.views.heatmap import Raster
from bntui.views.smooth import Array


class Columns(NamedTuple):
    """The k columns of a drawing that have points, from left to right.

    `numbers` (k,) are their indices; column numbers[i] has the points starts[i] … ends[i] − 1; `within` summarizes
    their values.
    """

    numbers: Indices
    starts: Indices
    ends: Indices
    within: IntervalSummaries

    @property
    def nonfinite(self) -> npt.NDArray[np.bool_]:
        """Whether each column has a value that is not finite."""
        return self.within.nonfinite > 0


class RasterMeans(NamedTuple):
    """Mean values (rows, columns), NaN where unknown; `nonfinite` is True where a value in the mean is not finite."""

    means: Array
    nonfinite: npt.NDArray[np.bool_]


def even_edges(left: int, right: int, columns: int) -> Steps:
    """Return the edges (columns + 1,) of columns of equal width; the last column includes `right`."""
    edges = np.ceil(np.linspace(left, right, columns + 1))
    edges[-1] = right + 1
    return edges.astype(np.int32)


def columns_of(points: Points, edges: Steps) -> Columns:
    """Assign the points of a curve to columns with these edges (columns + 1,) and summarize each column.

    The last results for a curve are kept: most redraws show the same points in the same columns.
    """
    # The same curve may stand elsewhere on another axis.
    last = int(points.steps[-1]) if len(points.steps) else 0
    known = _COLUMNS.setdefault(points.block_summary, {})
    key = len(points.values), last, points.numbers is None, edges.tobytes()
    columns = known.get(key)
    if columns is None:
        if len(known) >= _KEPT:
            known.clear()
        columns = known[key] = _columns_of(points, edges)
    return columns


_KEPT = 4
_COLUMNS: WeakKeyDictionary[BlockSummary, dict[tuple[int, int, bool, bytes], Columns]] = WeakKeyDictionary()
"""By the block summary that identifies the curve."""


def _columns_of(points: Points, edges: Steps) -> Columns:
    counts = points.count_before(edges)
    starts, ends = counts[:-1], counts[1:]
    numbers = np.flatnonzero(ends > starts)
    starts, ends = starts[numbers], ends[numbers]
    return Columns(numbers, starts, ends, points.summarize(starts, ends))


def extreme_points(points: Points, edges: Steps) -> Indices:
    """Return the rising indices of points that show a curve as all of them would.

    These are its first and its last point, and of each column the lowest, the highest and the first that is not finite.
    """
    columns, values = columns_of(points, edges), points.values
    finite = np.isfinite(values)
    low, high = np.where(finite, values, np.inf), np.where(finite, values, -np.inf)
    kept = [0, len(values) - 1] if len(values) else []
    for start, end, nonfinite in zip(columns.starts, columns.ends, columns.nonfinite, strict=True):
        kept += [start + low[start:end].argmin(), start + high[start:end].argmax()]
        kept += [start + finite[start:end].argmin()] * bool(nonfinite)
    return np.unique(np.array(kept, np.intp))


def raster_means(raster: Raster, edges: Steps) -> RasterMeans:
    """Return the mean over each column's measurements; a column without one repeats the column before it."""
    means = np.full((len(raster.rows), len(edges) - 1), np.nan)
    nonfinite = np.zeros(means.shape, np.bool_)
    if means.size:
        for row, points in enumerate(raster.rows):
            _fill_row(means[row], nonfinite[row], points, edges)
        means[nonfinite] = np.nan
    return RasterMeans(means, nonfinite)


def _fill_row(means: Array, nonfinite: npt.NDArray[np.bool_], points: Points, edges: Steps) -> None:
    numbers, within = _with_last_before(points, edges)
    if not len(numbers):
        return
    filled = np.zeros(len(means), np.intp)
    filled[numbers] = np.arange(len(numbers))
    # Up to the newest measurement, which may lie beyond the right edge.
    known = slice(numbers[0], len(means) if points.steps[-1] >= edges[-1] else numbers[-1] + 1)
    held = np.maximum.accumulate(filled)[known]
    nonfinite[known] = (within.nonfinite > 0)[held]
    means[known] = (within.total / np.maximum(within.finite, 1))[held]


def _with_last_before(points: Points, edges: Steps) -> tuple[Indices, IntervalSummaries]:
    """Return the columns with points and their summaries; an empty first one has the last point before the edge."""
    columns = columns_of(points, edges)
    numbers, within = columns.numbers, columns.within
    before = int(points.count_before(int(edges[0]))) - 1
    if before < 0 or (len(numbers) and numbers[0] == 0):
        return numbers, within
    last = points.summarize(np.array([before]), np.array([before + 1]))
    both = IntervalSummaries(*(np.concatenate(pair) for pair in zip(last, within, strict=True)))
    return np.concatenate([[0], numbers]), both
