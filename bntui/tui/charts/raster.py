"""From a raster's measurements to the cells of its picture: one mean a column, one level a half cell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bntui.run.series.block_summary import IntervalSummaries
from bntui.tui.charts.colormap import LEVELS
from bntui.tui.charts.columns import columns_of
from bntui.tui.charts.polyline import DOTS_X, DotGrid
from bntui.tui.charts.scale import Scale
from bntui.views.heatmap import Raster
from bntui.views.smooth import Array

EMPTY, NONFINITE = -1, -2
"""Levels of cells without a value, and of those in which a value is not finite."""

Levels = npt.NDArray[np.int16]


class Cells(NamedTuple):
    """(rows, columns) of means, NaN where nothing is known, and where a value in the mean is not finite."""

    means: Array
    nonfinite: npt.NDArray[np.bool_]


def cells_of(raster: Raster, window: DotGrid) -> Cells:
    """The mean over each column's steps; between measurements the last one holds."""
    means = np.full((len(raster.rows), window.width // DOTS_X), np.nan)
    nonfinite = np.zeros(means.shape, np.bool_)
    if not means.size:
        return Cells(means, nonfinite)
    for number, points in enumerate(raster.rows):
        found = columns_of(points, window)
        before = int(points.count_before(int(np.ceil(window.left)))) - 1
        if before < 0 and not len(found.numbers):
            continue
        known, summaries = found.numbers, found.within
        if before >= 0 and (not len(known) or known[0] > 0):
            # What was measured before the left edge holds until the next measurement.
            last = points.summarize(np.array([before]), np.array([before + 1]))
            summaries = IntervalSummaries(*(np.concatenate(pair) for pair in zip(last, summaries, strict=True)))
            known = np.concatenate([[0], known])
        filled = np.zeros(means.shape[1], np.intp)
        filled[known] = np.arange(len(known))
        # Up to the newest measurement, which may lie beyond the right edge.
        part = slice(known[0], means.shape[1] if points.steps[-1] > window.right else known[-1] + 1)
        held = np.maximum.accumulate(filled)[part]
        nonfinite[number, part] = (summaries.nonfinite > 0)[held]
        means[number, part] = (summaries.total / np.maximum(summaries.finite, 1))[held]
    means[nonfinite] = np.nan
    return Cells(means, nonfinite)


def rows_of(cells: Cells, height: int) -> Cells:
    """The same in `height` rows, each the mean of the rows that it covers, by how much of them it covers."""
    count = len(cells.means)
    if not count or height == count:
        return cells
    edges = np.linspace(0.0, count, height + 1)
    bounds = np.arange(count)
    shares = np.clip(np.minimum(edges[1:, None], bounds + 1) - np.maximum(edges[:-1, None], bounds), 0.0, None)
    known = np.isfinite(cells.means)
    weights = shares @ known
    sums = shares @ np.where(known, cells.means, 0.0)
    means = np.divide(sums, weights, out=np.full(sums.shape, np.nan), where=weights > 1e-9)
    return Cells(means, (shares > 1e-9).astype(np.int64) @ cells.nonfinite > 0)


def levels_of(cells: Cells, scale: Scale, hollow: bool = False) -> Levels:
    """Which colour each cell has; what lies beyond the scale has that of its end, and zero none if `hollow`."""
    known = np.isfinite(cells.means) & ((cells.means != 0) | (not hollow))
    scaled = scale.scaled(np.where(known, cells.means, 1.0))
    span = (scale.high - scale.low) or 1.0
    indices = np.clip((scaled - scale.low) / span, 0.0, 1.0) * LEVELS
    levels = np.minimum(indices.astype(np.int16), LEVELS - 1)
    return np.where(cells.nonfinite, NONFINITE, np.where(known, levels, EMPTY)).astype(np.int16)
