"""Bands: two curves per variant, with the background between them tinted."""

from __future__ import annotations

import numpy as np

from bntui.run.series.history import Points
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.frame import draw_frame
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.line_chart import LineChartPainter
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.polyline import Polyline, trace
from bntui.tui.charts.step_axis import Plot
from bntui.tui.charts.tint import draw_tints
from bntui.views.band import Band, Span
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
            Series(span.variant, span.style_index, points, span.ended, _seeds(span, end), span.lost)
            for span in band.spans
            for end, points in enumerate((span.low, span.high))
        )
        chart = Chart(title=band.title, series=series, steps=band.steps, limits=band.limits)
        super().__init__(canvas, styles, chart, options, layers)
        self._edges = {edge: self._edge(number, edge, self.reduced[number]) for number, edge in enumerate(series)}

    def _edge(self, number: int, edge: Series, columns: Columns) -> tuple[Array, Array]:
        """Return the steps and scaled values of an edge, one per column; NaN where any value is not finite."""
        extreme = columns.within.high if number % 2 else columns.within.low
        values = np.where(columns.nonfinite, np.nan, extreme)
        return edge.steps[columns.ends - 1].astype(np.float64), self.scale.scaled(values)

    def _raw_curve(self, series: Series, columns: Columns) -> Polyline:
        return trace(self.grid, *self._edges[series]) if len(columns.numbers) else self._passing_curve(series.points)

    def _marked_line(self, series: Series, columns: Columns) -> tuple[Array, Array]:
        steps, values = self._edges[series]
        known = np.isfinite(values)
        return steps[known], values[known]

    def _draw_tints(self, plot: Plot) -> None:
        edges = list(self._edges.items())
        bands = [(low[0].style_index, low[1], high[1]) for low, high in zip(edges[::2], edges[1::2], strict=True)]
        draw_tints(self.canvas, self.styles, plot, self.rows, bands)


def _seeds(span: Span, end: int) -> dict[int, Points]:
    """Return the lower (0) or the upper (1) end of each seed's range."""
    return {seed: ends[end] for seed, ends in span.seeds.items()}
