"""Bands: between the edges of a range the background is tinted; the edges are curves with their variant's marks."""

from __future__ import annotations

import numpy as np

from bntui.tui.charts.canvas import Canvas, Cell
from bntui.tui.charts.frame import framed
from bntui.tui.charts.line_chart import LineChartPainter, Plot, PlotLayers
from bntui.tui.charts.palette import Styles, ground
from bntui.tui.charts.polyline import DOTS_X, DOTS_Y, Polyline, trace
from bntui.views.band import Band
from bntui.views.chart import Chart, Series
from bntui.views.decimation import Columns
from bntui.views.draw_options import DrawOptions
from bntui.views.smooth import Array

_MOST = 60
"""Ranges that are tinted: as many as a number has bits. The edges of any more are drawn all the same."""


def paint_band(canvas: Canvas, styles: Styles, band: Band, options: DrawOptions, sketches: PlotLayers) -> list[Plot]:
    """Draw the band over the whole canvas, whatever its size."""
    return (
        _BandPainter(canvas, styles, band, options, sketches).paint() if framed(canvas, styles, band, options) else []
    )


class _BandPainter(LineChartPainter):
    """A chart of both edges of each range, over a tinted ground; of a column with many points, its envelope."""

    def __init__(self, canvas: Canvas, styles: Styles, band: Band, options: DrawOptions, sketches: PlotLayers) -> None:
        edges = tuple(
            Series(span.variant, span.style_index, each, span.ended)
            for span in band.spans
            for each in (span.low, span.high)
        )
        super().__init__(
            canvas,
            styles,
            Chart(title=band.title, series=edges, steps=band.steps, limits=band.limits),
            options,
            sketches,
        )
        self._edges = {edge: self._edge(number, edge, self._found[number]) for number, edge in enumerate(edges)}

    def _edge(self, number: int, edge: Series, found: Columns) -> tuple[Array, Array]:
        """Steps and scaled values, one a column: of lower edges the lowest; NaN if one is not finite."""
        extreme = found.within.high if number % 2 else found.within.low
        known = np.where(found.nonfinite, np.nan, extreme)
        return edge.steps[found.ends - 1].astype(np.float64), self.scale.scaled(known)

    def paint(self) -> list[Plot]:
        """The ground goes behind what is there in the end, so that no cell leaves a gap in it."""
        plots = super().paint()
        if plots:
            self._fill()
        return plots

    def _raw(self, series: Series, found: Columns) -> Polyline:
        return trace(self.window, *self._edges[series]) if len(found.numbers) else self._passing(series.points)

    def _line(self, series: Series, found: Columns) -> tuple[Array, Array]:
        steps, values = self._edges[series]
        known = np.isfinite(values)
        return steps[known], values[known]

    def _fill(self) -> None:
        edges = list(self._edges.values())
        pairs = list(zip(edges[::2], edges[1::2], strict=True))[:_MOST]
        sets = np.zeros((self.rows, self.columns), np.int64)
        for number, (low, high) in enumerate(pairs):
            sets |= self._inside(low, high).astype(np.int64) << number
        grounds = {number: self._ground(number) for number in np.unique(sets).tolist()}
        rows, columns = (each.tolist() for each in np.nonzero(sets))
        for row, column, number in zip(rows, columns, sets[sets != 0].tolist(), strict=True):
            self.canvas.lay(self.left + column, 1 + row, *grounds[number])

    def _ground(self, overlapping: int) -> Cell:
        """The ground of a set of ranges, of which each is a bit."""
        owners = tuple(
            edge.style_index for number, edge in enumerate(self.chart.series[::2][:_MOST]) if overlapping >> number & 1
        )
        return ground(self.styles, owners)

    def _inside(
        self, low: tuple[Array, Array], high: tuple[Array, Array]
    ) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        """Which cells, (rows, columns), have their middle in the range."""
        if not len(low[0]):
            return np.zeros((self.rows, self.columns), np.bool_)
        x = self.window.x(low[0])
        middles = np.arange(self.columns, dtype=np.float64) * DOTS_X + DOTS_X / 2
        # From the first point's own column on, up to the last one's.
        middles = np.where(np.abs(middles - x[0]) <= DOTS_X / 2, x[0], middles)
        middles = np.where(np.abs(middles - x[-1]) <= DOTS_X / 2, x[-1], middles)
        bottom, top = (self._along(middles, x, values) for _, values in (low, high))
        heights = ((self.rows - 1 - np.arange(self.rows)) * DOTS_Y + DOTS_Y / 2)[:, None]
        with np.errstate(invalid="ignore"):
            return (heights >= bottom) & (heights <= top)

    def _along(self, middles: Array, x: Array, scaled: Array) -> Array:
        """An edge's height in dots in every column, NaN where it is not known."""
        dots = np.where(np.isfinite(scaled), self.window.y(np.where(np.isfinite(scaled), scaled, 0.0)), np.nan)
        return np.interp(middles, x, dots, left=np.nan, right=np.nan)
