"""Bands: two curves per variant, with the background between them tinted."""

from __future__ import annotations

import numpy as np

from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.frame import draw_frame
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.line_chart import LineChartPainter
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.polyline import Polyline, trace
from bntui.tui.charts.step_axis import Plot
from bntui.tui.charts.tint import draw_tints
from bntui.views.band import Band
from bntui.views.chart import Chart, Series
from bntui.views.decimation import Columns
from bntui.views.draw_options import DrawOptions
from bntui.views.smooth import Array


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
        edges = list(self._edges.items())
        bands = [(low[0].style_index, low[1], high[1]) for low, high in zip(edges[::2], edges[1::2], strict=True)]
        draw_tints(self.canvas, self.styles, Plot(self.left, self.grid), self.rows, bands)
