"""Tinted backgrounds between two curves, for several such bands that may overlap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.palette import Styles, background_cell
from bntui.tui.charts.polyline import DOTS_X, DOTS_Y, DotGrid, Flags
from bntui.tui.charts.step_axis import Plot
from bntui.views.smooth import Array

_MAX_TINTED = 60
"""Number of bands that are tinted, limited by the bits of an int64."""

Edge = tuple[Array, Array]
"""Rising steps (n,), and the scaled values (n,) of a curve at them; NaN where unknown."""


def draw_tints(canvas: Canvas, styles: Styles, plot: Plot, rows: int, bands: Sequence[tuple[int, Edge, Edge]]) -> None:
    """Tint the cells between two curves for each band: the style index of its variant, its lower and its upper edge.

    The plot's `rows` begin at row 1 of the canvas. Draw this last, so that no cell leaves a gap in the tint.
    """
    bands = bands[:_MAX_TINTED]
    # Bit i of a cell says that it lies in band i.
    overlaps = np.zeros((rows, plot.grid.columns), np.int64)
    for number, (_, low, high) in enumerate(bands):
        overlaps |= _inside(plot.grid, rows, low, high).astype(np.int64) << number
    backgrounds = {
        overlap: background_cell(
            styles, tuple(index for number, (index, *_) in enumerate(bands) if overlap >> number & 1)
        )
        for overlap in np.unique(overlaps).tolist()
        if overlap
    }
    at_rows, at_columns = (indices.tolist() for indices in np.nonzero(overlaps))
    for row, column, overlap in zip(at_rows, at_columns, overlaps[overlaps != 0].tolist(), strict=True):
        canvas.put_background(plot.left + column, 1 + row, *backgrounds[overlap])


def _inside(grid: DotGrid, rows: int, low: Edge, high: Edge) -> Flags:
    """Return which cells (rows, columns) have their middle between two edges."""
    if not len(low[0]):
        return np.zeros((rows, grid.columns), np.bool_)
    x = grid.x(low[0])
    middles = np.arange(grid.columns, dtype=np.float64) * DOTS_X + DOTS_X / 2
    # Include the whole columns of the first and the last point.
    middles = np.where(np.abs(middles - x[0]) <= DOTS_X / 2, x[0], middles)
    middles = np.where(np.abs(middles - x[-1]) <= DOTS_X / 2, x[-1], middles)
    bottom, top = (_heights(grid, middles, x, values) for _, values in (low, high))
    heights = ((rows - 1 - np.arange(rows)) * DOTS_Y + DOTS_Y / 2)[:, None]
    with np.errstate(invalid="ignore"):
        inside: Flags = (heights >= bottom) & (heights <= top)
    return inside


def _heights(grid: DotGrid, middles: Array, x: Array, values: Array) -> Array:
    """Return the height of an edge at these x, in dots; NaN where unknown."""
    dots = np.where(np.isfinite(values), grid.y(np.where(np.isfinite(values), values, 0.0)), np.nan)
    return np.interp(middles, x, dots, left=np.nan, right=np.nan)
