"""A metric against a swept key: marks at its values, tinted intervals, and what diverged above the curves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bntui.run.series.history import Points
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.frame import draw_frame
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.line_chart import LineChartPainter
from bntui.tui.charts.names_axis import draw_names
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.polyline import DOTS_X
from bntui.tui.charts.step_axis import Plot
from bntui.tui.charts.tint import Edge, draw_tints
from bntui.views.axis_scale import Scale, fit
from bntui.views.chart import Chart, Series
from bntui.views.decimation import Columns
from bntui.views.draw_options import DrawOptions
from bntui.views.metric_curves import MetricCurves, MetricLine
from bntui.views.metric_spot import mark_above
from bntui.views.smooth import Array
from bntui.views.variant_mark import mark

_AXIS = 10_000
"""Units of the x axis from the first value to the last; steps, as which the values are drawn, are integers."""


def paint_metric_curves(
    canvas: Canvas, styles: Styles, curves: MetricCurves, options: DrawOptions, layers: PlotLayers
) -> list[Plot]:
    """Draw the curves over the whole canvas, of any size; the options' cursor is the index of a value of the key."""
    if not draw_frame(canvas, styles, curves, replace(options, cursor=None)):
        return []
    return _MetricPainter(canvas, styles, curves, options, layers).paint()


def units_of(places: Array) -> Array:
    """Return places on an axis in units of the x axis, the first at 0 and the last at `_AXIS`; a single one between."""
    if len(places) < 2:
        return np.full(len(places), _AXIS / 2)
    return np.asarray(np.round((places - places[0]) / (places[-1] - places[0]) * _AXIS))


class _MetricPainter(LineChartPainter):
    """A line chart with the values of a key in place of steps."""

    def __init__(
        self, canvas: Canvas, styles: Styles, curves: MetricCurves, options: DrawOptions, layers: PlotLayers
    ) -> None:
        self._curves, self._units, self._marked = curves, units_of(curves.key.places), options.cursor
        self._taken: set[tuple[int, int]] = set()
        series = tuple(self._series(line) for line in curves.lines)
        cursor = None if options.cursor is None else round(float(self._units[options.cursor]))
        chart = Chart(title=curves.title, series=series, steps=0, limits=curves.limits)
        drawn = DrawOptions(_AXIS, options.log, options.focused, robust=options.robust, cursor=cursor)
        super().__init__(canvas, styles, chart, drawn, layers)

    def _series(self, line: MetricLine) -> Series:
        values = np.array([np.nan if spot is None else spot.mean for spot in line.spots], np.float32)
        return Series(line.variant, line.style_index, Points(self._units.astype(np.int32), values))

    def _x_range(self) -> tuple[float, float]:
        margin = _AXIS / max(2 * len(self._units), 12)
        return -margin, _AXIS + margin

    def _fit_scale(self) -> Scale:
        """Fit the scale to means, and to intervals of three seeds or more; leave the top row free for marks."""
        spots = [spot for spot in self._curves.spots if spot is not None]
        ends = [
            end
            for spot in spots
            if spot.count > 2
            for end in (spot.mean - spot.half_width, spot.mean + spot.half_width)
        ]
        values = np.array([*(spot.mean for spot in spots), *ends])
        limits = self._curves.limits
        scale = fit(np.clip(values, *limits) if limits else values, limits, self.options.log, self.options.robust)
        room = (scale.high - scale.low) * 1.5 / self.rows if self.rows > 2 and self._marks() else 0.0
        return Scale(scale.low, scale.high + room, scale.log)

    def _marks(self) -> list[tuple[int, int, str]]:
        """Return value index, style index and mark of what has no value under some seed."""
        marks = [
            (index, line.style_index, mark_above(spot, self._curves.metric))
            for line in self._curves.lines
            for index, spot in enumerate(line.spots)
        ]
        return [(index, style_index, char) for index, style_index, char in marks if char]

    def paint(self) -> list[Plot]:
        """Draw the chart, the marks above it, and the tints behind everything."""
        plots = super().paint()
        if plots:
            self._draw_marks_above()
            bands = [(line.style_index, self._edge(line, -1), self._edge(line, 1)) for line in self._curves.lines]
            draw_tints(self.canvas, self.styles, plots[0], self.rows, bands)
        return plots

    def _edge(self, line: MetricLine, side: int) -> Edge:
        """Return the lower (−1) or upper (1) ends of a variant's intervals."""
        ends = [np.nan if spot is None else spot.mean + side * spot.half_width for spot in line.spots]
        values = np.clip(ends, *self._curves.limits) if self._curves.limits else np.array(ends)
        return self._units, self.scale.scaled(values)

    def _draw_marks_above(self) -> None:
        """Draw the marks of variants at the same value beside each other, centered."""
        by_value: dict[int, list[tuple[int, str]]] = {}
        for index, style_index, char in self._marks():
            by_value.setdefault(index, []).append((style_index, char))
        for index, marks in by_value.items():
            first = self._column(index) - (len(marks) - 1) // 2
            for x, (style_index, char) in enumerate(marks, first):
                self.canvas.put(x, 1, char, self.styles.variant(style_index))

    def _column(self, index: int) -> int:
        return self.left + self.grid.column_of(float(self._units[index]))

    def _draw_x_labels(self, plot: Plot) -> None:
        labels = self._curves.key.labels
        columns = [self._column(index) for index in range(len(labels))]
        draw_names(self.canvas, self.styles, labels, columns, self.left, marked=self._marked)

    def _draw_marks(self, series: Series, columns: Columns) -> None:
        """Draw a mark at every value; one whose cell has a mark already goes beside it, so that none is hidden."""
        values = self.scale.scaled(series.values.astype(np.float64))
        known = np.flatnonzero(np.isfinite(values))
        x, y = self.grid.x(series.steps[known]) // DOTS_X, self.grid.y(values[known])
        for column, height in zip(x.astype(int).tolist(), y.tolist(), strict=True):
            cells = [(column + aside, self._row(height)) for aside in (0, 1, -1, 2, -2)]
            free = next((cell for cell in cells if cell not in self._taken), cells[0])
            self._taken.add(free)
            self._put_mark(free[0], height, mark(series.style_index), self.styles.variant(series.style_index))

    def _mark_not_finite(self, series: Series, columns: Columns) -> None:
        """Mark nothing: a gap in a curve is what is not finished, and what diverged is marked above."""
