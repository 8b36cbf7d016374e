"""Profiles: one line per variant over the layers, with marks, and a vertical line at the focused layer."""

from __future__ import annotations

import numpy as np

from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.frame import draw_frame
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.line_chart import LineChartPainter
from bntui.tui.charts.line_series import series_of
from bntui.tui.charts.names_axis import draw_names
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.polyline import DOTS_X
from bntui.tui.charts.step_axis import Plot
from bntui.views.chart import Chart, Series
from bntui.views.decimation import Columns
from bntui.views.draw_options import DrawOptions
from bntui.views.lines import Line
from bntui.views.profile import Profile
from bntui.views.variant_mark import NOT_FINITE, mark

_LAYER_DISTANCE = 100
"""Units of the x axis from one layer to the next."""

_VARIANT_OFFSET = 7
"""Units of the x axis from one variant to the next at the same layer, so that equal values do not hide each other."""

_MARKED_FROM = 3
"""Cells from one layer to the next from which each layer has a mark; nearer together, marks would hide the lines."""


def paint_profile(
    canvas: Canvas, styles: Styles, profile: Profile, options: DrawOptions, layers: PlotLayers
) -> list[Plot]:
    """Draw the profile over the whole canvas, of any size; there is no plot with an axis of steps to return."""
    if draw_frame(canvas, styles, profile, options):
        _ProfilePainter(canvas, styles, profile, options, layers).paint()
    return []


class _ProfilePainter(LineChartPainter):
    """A line chart with layers in place of steps."""

    def __init__(
        self, canvas: Canvas, styles: Styles, profile: Profile, options: DrawOptions, layers: PlotLayers
    ) -> None:
        self._profile = profile
        series = tuple(_series(line, number, len(profile.lines)) for number, line in enumerate(profile.lines))
        chart = Chart(title=profile.title, series=series, steps=0, limits=profile.limits)
        right = len(profile.layers) * _LAYER_DISTANCE
        layer_options = DrawOptions(right, options.log, options.focused, robust=options.robust, seeds=options.seeds)
        super().__init__(canvas, styles, chart, layer_options, layers)

    def _x_range(self) -> tuple[float, float]:
        return -_LAYER_DISTANCE / 2, (len(self._profile.layers) - 0.5) * _LAYER_DISTANCE

    def _column(self, layer: int) -> int:
        return self.left + self.grid.column_of(layer * _LAYER_DISTANCE)

    def _draw_axes(self, plot: Plot) -> None:
        super()._draw_axes(plot)
        marked = self._profile.marked
        if marked is not None:
            for y in range(1, self.canvas.height - 1):
                self.canvas.put(self._column(marked), y, "┊", self.styles.focus)

    def _draw_x_labels(self, plot: Plot) -> None:
        names = self._profile.layers
        places = [self._column(layer) for layer in range(len(names))]
        draw_names(self.canvas, self.styles, names, places, self.left, marked=self._profile.marked)

    def _draw_marks(self, series: Series, columns: Columns) -> None:
        """Draw the variant's mark at each layer; of many layers, along the line as in other charts."""
        if self.columns < _MARKED_FROM * len(self._profile.layers):
            super()._draw_marks(series, columns)
            return
        values = self.scale.scaled(series.values.astype(np.float64))
        known = np.flatnonzero(np.isfinite(values))
        x, y = self.grid.x(series.steps[known]) // DOTS_X, self.grid.y(values[known])
        for column, height in zip(x, y, strict=True):
            self._put_mark(column, height, mark(series.style_index), self.styles.variant(series.style_index))

    def _mark_not_finite(self, series: Series, columns: Columns) -> None:
        # Above the border, because the layers' names are in it.
        for column in columns.numbers[columns.nonfinite]:
            style = self.styles.variant(series.style_index)
            self.canvas.put(self.left + int(column), self.canvas.height - 2, NOT_FINITE, style)


def _series(line: Line, number: int, count: int) -> Series:
    """Return a line as a series, with the layers as steps."""
    offset = round((number - (count - 1) / 2) * min(_VARIANT_OFFSET, 60 / max(count, 1)))
    return series_of(line, np.arange(len(line.values), dtype=np.int32) * _LAYER_DISTANCE + offset)
