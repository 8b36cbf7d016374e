"""Bands: two curves per variant, with the background between them tinted."""

from __future__ import annotations

import numpy as np

from bntui.tui.charts.canvas import Canvas, Cell
from bntui.tui.charts.frame import draw_frame
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.line_chart import LineChartPainter
from bntui.tui.charts.palette import Styles, background_cell
from bntui.tui.charts.polyline import DOTS_X, DOTS_Y, Flags, Polyline, trace
from bntui.tui.charts.step_axis import Plot
from bntui.views.band import Band
from bntui.views.chart import Chart, Series
from bntui.views.decimation import Columns
from bntui.views.draw_options import DrawOptions
from bntui.views.smooth import Array

_MAX_TINTED = 60
"""Number of bands that are tinted, limited by the bits of an int64; of further ones only the edges are drawn."""


def paint_band(canvas: Canvas, styles: Styles, band: Band, options: DrawOptions, layers: PlotLayers) -> list[Plot]:
    """Draw the band over the whole canvas, of any size."""
    if not draw_frame(canvas, styles, band, options):
        return []
    return _BandPainter(canvas, styles, band, options, layers).paint()


class _BandPainter(LineChartPainter):
    """A line chart of the lower and upper edge of each variant; of a column with several points, their extremes."""

    def __init__(self, canvas: Canvas, styles: Styles, band: Band, options: DrawOptions, layers: PlotLayers) -> None:
        series = tuple(
            Series(span.variant, span.style_index, points, span.ended)
            for span in band.spans
            for points in (span.low, span.high)
        )
        chart = Chart(title=band.title, series=series, steps=band.steps, limits=band.limits)
        super().__init__(canvas, styles, chart, options, layers)
        self._edges = {edge: self._edge(number, edge, self.reduced[number]) for number, edge in enumerate(series)}

    def _edge(self, number: int, edge: Series, columns: Columns) -> tuple[Array, Array]:
        """Return the steps and scaled values of an edge, one per column; NaN where any value is not finite."""
        extreme = columns.within.high if number % 2 else columns.within.low
        values = np.where(columns.nonfinite, np.nan, extreme)
        return edge.steps[columns.ends - 1].astype(np.float64), self.scale.scaled(values)

    def paint(self) -> list[Plot]:
        """Draw the edges, then the tint behind everything, so that no cell leaves a gap in it."""
        plots = super().paint()
        if plots:
            self._draw_tint()
        return plots

    def _raw_curve(self, series: Series, columns: Columns) -> Polyline:
        return trace(self.grid, *self._edges[series]) if len(columns.numbers) else self._passing_curve(series.points)

    def _marked_line(self, series: Series, columns: Columns) -> tuple[Array, Array]:
        steps, values = self._edges[series]
        known = np.isfinite(values)
        return steps[known], values[known]

    def _draw_tint(self) -> None:
        edges = list(self._edges.values())
        bands = list(zip(edges[::2], edges[1::2], strict=True))[:_MAX_TINTED]
        # Bit i of a cell says that it lies in band i.
        overlaps = np.zeros((self.rows, self.columns), np.int64)
        for number, (low, high) in enumerate(bands):
            overlaps |= self._inside(low, high).astype(np.int64) << number
        backgrounds = {overlap: self._background(overlap) for overlap in np.unique(overlaps).tolist()}
        rows, columns = (indices.tolist() for indices in np.nonzero(overlaps))
        for row, column, overlap in zip(rows, columns, overlaps[overlaps != 0].tolist(), strict=True):
            self.canvas.put_background(self.left + column, 1 + row, *backgrounds[overlap])

    def _background(self, overlap: int) -> Cell:
        """Return the background of cells in these bands, one bit each."""
        series = self.chart.series[::2][:_MAX_TINTED]
        indices = tuple(edge.style_index for number, edge in enumerate(series) if overlap >> number & 1)
        return background_cell(self.styles, indices)

    def _inside(self, low: tuple[Array, Array], high: tuple[Array, Array]) -> Flags:
        """Return which cells (rows, columns) have their middle between two edges."""
        if not len(low[0]):
            return np.zeros((self.rows, self.columns), np.bool_)
        x = self.grid.x(low[0])
        middles = np.arange(self.columns, dtype=np.float64) * DOTS_X + DOTS_X / 2
        # Include the whole columns of the first and the last point.
        middles = np.where(np.abs(middles - x[0]) <= DOTS_X / 2, x[0], middles)
        middles = np.where(np.abs(middles - x[-1]) <= DOTS_X / 2, x[-1], middles)
        bottom, top = (self._heights(middles, x, values) for _, values in (low, high))
        heights = ((self.rows - 1 - np.arange(self.rows)) * DOTS_Y + DOTS_Y / 2)[:, None]
        with np.errstate(invalid="ignore"):
            inside: Flags = (heights >= bottom) & (heights <= top)
        return inside

    def _heights(self, middles: Array, x: Array, values: Array) -> Array:
        """Return the height of an edge at these x, in dots; NaN where unknown."""
        dots = np.where(np.isfinite(values), self.grid.y(np.where(np.isfinite(values), values, 0.0)), np.nan)
        return np.interp(middles, x, dots, left=np.nan, right=np.nan)
