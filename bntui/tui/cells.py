"""From a raster's measurements to the cells of its picture: one mean a column, one level a half cell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bntui.tui.ramp import LEVELS
from bntui.tui.scale import Scale
from bntui.views.chart import Array
from bntui.views.heatmap import Raster

EMPTY, BROKEN = -1, -2
"""Levels of cells without a value, and of those in which a value is not finite."""

Levels = npt.NDArray[np.int16]


class Cells(NamedTuple):
    """(rows, columns) of means, NaN where nothing is known, and where a value in the mean is not finite."""

    means: Array
    broken: npt.NDArray[np.bool_]


def columns_of(raster: Raster, columns: int, right: int) -> Cells:
    """The mean over each column's steps, from step 0 to `right`; between measurements the last one holds."""
    means = np.full((len(raster.rows), columns), np.nan)
    broken = np.zeros(means.shape, np.bool_)
    shown = int(np.searchsorted(raster.steps, right, side="right"))
    if not shown or not means.size:
        return Cells(means, broken)
    places = (raster.steps[:shown].astype(np.int64) * columns // (right + 1)).astype(np.intp)
    starts = np.flatnonzero(np.diff(places, prepend=-1) != 0)
    counts = np.diff(starts, append=shown)
    with np.errstate(invalid="ignore", over="ignore"):
        sums = np.array([np.add.reduceat(row[:shown], starts, dtype=np.float64) for row in raster.rows])
    filled = np.zeros(columns, np.intp)
    filled[places[starts]] = np.arange(len(starts))
    held = np.maximum.accumulate(filled)[places[0] : places[-1] + 1]
    known = slice(places[0], places[-1] + 1)
    means[:, known] = (sums / counts)[:, held]
    broken[:, known] = ~np.isfinite(means[:, known])
    means[broken] = np.nan
    return Cells(means, broken)


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
    return Cells(means, (shares > 1e-9).astype(np.int64) @ cells.broken > 0)


def levels_of(cells: Cells, scale: Scale, hollow: bool = False) -> Levels:
    """Which colour each cell has; what lies beyond the scale has that of its end, and zero none if `hollow`."""
    known = np.isfinite(cells.means) & ((cells.means != 0) | (not hollow))
    scaled = scale.scaled(np.where(known, cells.means, 1.0))
    span = (scale.high - scale.low) or 1.0
    places = np.clip((scaled - scale.low) / span, 0.0, 1.0) * LEVELS
    levels = np.minimum(places.astype(np.int16), LEVELS - 1)
    return np.where(cells.broken, BROKEN, np.where(known, levels, EMPTY)).astype(np.int16)
