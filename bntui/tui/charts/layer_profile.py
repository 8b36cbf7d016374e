"""Profiles: one line a variant over the layers, marks at every layer, the layer in focus lined out."""

from __future__ import annotations

import numpy as np

from bntui.run.series.history import Points
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.frame import framed
from bntui.tui.charts.line_chart import LineChartPainter, Plot, PlotLayers
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.polyline import DOTS_X
from bntui.views.chart import Chart, Series
from bntui.views.decimation import Columns
from bntui.views.draw_options import DrawOptions
from bntui.views.profile import Line, Profile
from bntui.views.variant_mark import NOT_FINITE, mark

_APART = 100
"""Units of the x axis from one layer to the next."""

_ASIDE = 7
"""How far the variants stand beside each other, so that equal values do not hide one another."""


def paint_profile(
    canvas: Canvas, styles: Styles, profile: Profile, options: DrawOptions, sketches: PlotLayers
) -> list[Plot]:
    """Draw the profile over the whole canvas, whatever its size; its axis is no axis of steps."""
    if framed(canvas, styles, profile, options):
        _ProfilePainter(canvas, styles, profile, options, sketches).paint()
    return []


class _ProfilePainter(LineChartPainter):
    """A chart with layers in place of steps."""

    def __init__(
        self, canvas: Canvas, styles: Styles, profile: Profile, options: DrawOptions, sketches: PlotLayers
    ) -> None:
        self._profile = profile
        lines = tuple(_series(line, number, len(profile.lines)) for number, line in enumerate(profile.lines))
        chart = Chart(title=profile.title, series=lines, steps=0, limits=profile.limits)
        span = DrawOptions(len(profile.layers) * _APART, options.log, options.focused, robust=options.robust)
        super().__init__(canvas, styles, chart, span, sketches)

    def _x_range(self) -> tuple[float, float]:
        return -_APART / 2, (len(self._profile.layers) - 0.5) * _APART

    def _middle(self, layer: int) -> int:
        return self.left + self.window.column_of(layer * _APART)

    def _axes(self, plot: Plot) -> None:
        super()._axes(plot)
        marked = self._profile.marked
        if marked is not None:
            for y in range(1, self.canvas.height - 1):
                self.canvas.put(self._middle(marked), y, "┊", self.styles.focus)

    def _x_labels(self, plot: Plot) -> None:
        """The focused layer's name, and of the others every second, third, … one, so that they keep apart."""
        names, marked = self._profile.layers, self._profile.marked
        pitch = self.columns / max(len(names), 1)
        stride = next((each for each in range(1, len(names)) if each * pitch > max(map(len, names))), len(names))
        taken = np.zeros(self.canvas.width + 1, np.bool_)
        for layer in dict.fromkeys([*([] if marked is None else [marked]), *range(0, len(names), stride)]):
            text = names[layer]
            x = min(max(self._middle(layer) - len(text) // 2, self.left), self.canvas.width - 2 - len(text))
            if x >= self.left and not taken[x : x + len(text)].any():
                taken[x - 1 : x + len(text) + 1] = True
                style = self.styles.bold if layer == marked else self.styles.muted
                self.canvas.put(x - 1, self.canvas.height - 1, f" {text} ", style)

    def _marks(self, series: Series, found: Columns) -> None:
        values = self.scale.scaled(series.values.astype(np.float64))
        known = np.flatnonzero(np.isfinite(values))
        columns, heights = self.window.x(series.steps[known]) // DOTS_X, self.window.y(values[known])
        for column, height in zip(columns, heights, strict=True):
            self._put_mark(column, height, mark(series.style_index), self.styles.variant(series.style_index))

    def _not_finite(self, series: Series, found: Columns) -> None:
        # Above the border: below it the layers' names would be hidden.
        for column in found.numbers[found.nonfinite]:
            style = self.styles.variant(series.style_index)
            self.canvas.put(self.left + int(column), self.canvas.height - 2, NOT_FINITE, style)


def _series(line: Line, number: int, count: int) -> Series:
    aside = round((number - (count - 1) / 2) * min(_ASIDE, 60 / max(count, 1)))
    indices = np.arange(len(line.values)) * _APART + aside
    return Series(line.variant, line.style_index, Points(indices.astype(np.int32), line.values.astype(np.float32)))
