"""Fit a heatmap's means to the rows of a pane, and assign them the levels of the color ramp."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bntui.views.axis_scale import Scale
from bntui.views.color_ramp import LEVELS
from bntui.views.decimation import RasterMeans

EMPTY, NONFINITE = -1, -2
"""Levels of cells without a value, and of cells in which a value is not finite."""

Levels = npt.NDArray[np.int16]


def resample_rows(raster: RasterMeans, height: int) -> RasterMeans:
    """Return `height` rows, each the mean of the rows that it overlaps, weighted by the overlap."""
    count = len(raster.means)
    if not count or height == count:
        return raster
    edges = np.linspace(0.0, count, height + 1)
    bounds = np.arange(count)
    overlaps = np.clip(np.minimum(edges[1:, None], bounds + 1) - np.maximum(edges[:-1, None], bounds), 0.0, None)
    known = np.isfinite(raster.means)
    weights = overlaps @ known
    sums = overlaps @ np.where(known, raster.means, 0.0)
    means = np.divide(sums, weights, out=np.full(sums.shape, np.nan), where=weights > 1e-9)
    return RasterMeans(means, (overlaps > 1e-9).astype(np.int64) @ raster.nonfinite > 0)


def color_levels(raster: RasterMeans, scale: Scale, hollow: bool = False) -> Levels:
    """Return the level of each cell; values outside the scale have its first or last level, zeros `EMPTY` if `hollow`.

    Unknown cells are `EMPTY`, cells with a value that is not finite are `NONFINITE`.
    """
    known = np.isfinite(raster.means) & ((raster.means != 0) | (not hollow))
    scaled = scale.scaled(np.where(known, raster.means, 1.0))
    span = (scale.high - scale.low) or 1.0
    positions = np.clip((scaled - scale.low) / span, 0.0, 1.0) * LEVELS
    levels = np.minimum(positions.astype(np.int16), LEVELS - 1)
    return np.where(raster.nonfinite, NONFINITE, np.where(known, levels, EMPTY)).astype(np.int16)
