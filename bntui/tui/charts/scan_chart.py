"""Scans: one line per variant over an axis of values, its law dotted, and a cross where a line ends too early."""

from __future__ import annotations

import numpy as np

from bntui.run.series.history import NO_POINTS, Steps
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.frame import draw_frame
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.line_chart import LineChartPainter
from bntui.tui.charts.line_series import points_of, series_of
from bntui.tui.charts.names_axis import draw_names
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.polyline import DOTS_X
from bntui.tui.charts.step_axis import Plot
from bntui.views.chart import Chart, Series
from bntui.views.decimation import Columns
from bntui.views.draw_options import DrawOptions
from bntui.views.lines import Line
from bntui.views.scan import Scan, last_finite
from bntui.views.smooth import Array
from bntui.views.value_axis import ValueAxis
from bntui.views.variant_mark import NOT_FINITE

_AXIS = 10_000
"""Units of the x axis from the first value to the last; steps, as which the values are drawn, are integers."""

_MARGIN = 200
"""Units on either side of them."""

_TITLE_FROM = 40
"""Cells of a plot below which the title of the axis takes no room from its labels."""


def paint_scan(canvas: Canvas, styles: Styles, scan: Scan, options: DrawOptions, layers: PlotLayers) -> list[Plot]:
    """Draw the scan over the whole canvas, of any size; there is no plot with an axis of steps to return."""
    if draw_frame(canvas, styles, scan, options):
        _ScanPainter(canvas, styles, scan, options, layers).paint()
    return []


class _ScanPainter(LineChartPainter):
    """A line chart with the values of an axis in place of steps."""

    def __init__(self, canvas: Canvas, styles: Styles, scan: Scan, options: DrawOptions, layers: PlotLayers) -> None:
        self._scan = scan
        laws = {law.variant: points_of(law, self._steps(law, scan.law_axis)) for law in scan.laws}
        series = tuple(
            series_of(line, self._steps(line, scan.axis), laws.get(line.variant, NO_POINTS)) for line in scan.lines
        )
        chart = Chart(title=scan.title, series=series, steps=0, limits=scan.limits)
        drawn = DrawOptions(_AXIS, options.log, options.focused, robust=options.robust, seeds=options.seeds)
        super().__init__(canvas, styles, chart, drawn, layers)

    def _units(self, places: Array) -> Steps:
        """Return places on the axis in units of the x axis."""
        every = self._scan.axis.places
        low, high = (every[0], every[-1]) if len(every) else (0.0, 1.0)
        return np.round((places - low) / ((high - low) or 1.0) * _AXIS).astype(np.int32)

    def _steps(self, line: Line, axis: ValueAxis) -> Steps:
        """Return the places of a line's values, which may be fewer than the axis has, in units of the x axis."""
        return self._units(axis.places[: len(line.values)])

    def _x_range(self) -> tuple[float, float]:
        return -_MARGIN, _AXIS + _MARGIN

    def _draw_x_labels(self, plot: Plot) -> None:
        axis = self._scan.axis
        title = f" {axis.title} " if self.columns >= len(axis.title) + _TITLE_FROM else ""
        ticks = axis.ticks(max(self.columns // 10, 2))
        steps = self._units(np.array([tick.value for tick in ticks]))
        columns = [self.left + self.grid.column_of(float(step)) for step in steps]
        names = [tick.label for tick in ticks]
        draw_names(self.canvas, self.styles, names, columns, self.left, reserved=len(title))
        self.canvas.put_right(self.canvas.width - 1, self.canvas.height - 1, title, self.styles.muted)

    def _mark_not_finite(self, series: Series, columns: Columns) -> None:
        """Mark nothing on the axis: the crosses stand where lines end."""

    def _draw_marks(self, series: Series, columns: Columns) -> None:
        """Draw the variant's mark along its line, and a cross behind each place where a value is not finite next."""
        super()._draw_marks(series, columns)
        at, style = last_finite(series.values), self.styles.variant(series.style_index)
        x = self.grid.x(series.steps[at]) // DOTS_X
        y = self.grid.y(self.scale.scaled(series.values[at].astype(np.float64)))
        for column, height in zip(x + 1, np.clip(y, 0, self.grid.height), strict=True):
            self._put_mark(min(column, self.columns - 1), height, NOT_FINITE, style)
        if len(series.values) and not np.isfinite(series.values[0]):
            self._put_mark(self.grid.x(series.steps[:1])[0] // DOTS_X, 0, NOT_FINITE, style)
