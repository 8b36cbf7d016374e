"""One chart in one rectangle of cells: border with title, axes in the border, curves, marks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from rich.color import Color
from rich.style import Style

from bntui.run.series.history import Points
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.frame import framed
from bntui.tui.charts.incremental import IncrementalPlot
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.polyline import DOTS_X, DOTS_Y, NO_POLYLINE, DotGrid, Polyline, strokes, trace
from bntui.views.axis_scale import Scale, fit
from bntui.views.chart import Chart, Series
from bntui.views.decimation import Columns, columns_of
from bntui.views.draw_options import DrawOptions
from bntui.views.smooth import Array, trailing_mean
from bntui.views.ticks import Tick, linear_ticks, log_ticks, nice_step
from bntui.views.variant_mark import DIVERGED, NOT_FINITE, mark

_MARK_EVERY = 20
_LABELS_FROM = 24


class PlotLayers(NamedTuple):
    """The two layers of a picture, each with what it remembers: raw curves below, strong ones above."""

    thin: IncrementalPlot
    strong: IncrementalPlot


class Plot(NamedTuple):
    """Where steps lie on a canvas: `left` is the first cell of a window's columns."""

    left: int
    window: DotGrid


def paint_chart(
    canvas: Canvas, styles: Styles, chart: Chart, options: DrawOptions, sketches: PlotLayers | None = None
) -> list[Plot]:
    """Draw the chart over the whole canvas, whatever its size; `sketches` spare work from one time to the next."""
    if not framed(canvas, styles, chart, options):
        return []
    return LineChartPainter(
        canvas, styles, chart, options, sketches or PlotLayers(IncrementalPlot(), IncrementalPlot())
    ).paint()


def step_labels(canvas: Canvas, style: Style, plot: Plot) -> None:
    """Steps along the lower border, under the columns of a plot."""
    window, bottom, free = plot.window, canvas.height - 1, plot.left
    columns = window.width // DOTS_X
    step = max(1.0, nice_step(window.right - window.left, max(2, columns // 12)))
    for at in np.arange(np.ceil(window.left / step) * step, window.right + 0.5, step):
        label = f" {at:,.0f} " if at else " 0 "
        x = plot.left + window.column_of(at) - len(label) // 2
        x = min(max(x, free), plot.left + columns - len(label))
        if x >= free:
            canvas.put(x, bottom, label, style)
            free = x + len(label) + 1


def cursor_line(canvas: Canvas, styles: Styles, plot: Plot, step: int, top: int, rows: int) -> None:
    """The column of a step, on a ground of its own and with a line where nothing else stands."""
    window = plot.window
    if not window.left <= step <= window.right:
        return
    x = plot.left + window.column_of(step)
    for y in range(top, top + rows):
        char, style = canvas.rows[y][x]
        if char in "█▀▄":
            canvas.put(x, y, "│", Style(color=_against(style), bgcolor=style.color))
            continue
        if char in " ┈":
            canvas.put(x, y, "│", styles.focus)
            if not styles.hues:
                continue
        canvas.lay(x, y, " ", styles.cursor)


def _against(style: Style) -> Color | None:
    """Of black and white what stands out from a cell of this colour."""
    triplet = style.color.triplet if style.color else None
    light = triplet is not None and sum(triplet) > 3 * 128
    return Color.from_rgb(0, 0, 0) if light else Color.from_rgb(255, 255, 255)


class LineChartPainter:
    """The inside of a chart's frame: where the plot lies in it, and what is drawn there."""

    def __init__(
        self, canvas: Canvas, styles: Styles, chart: Chart, options: DrawOptions, sketches: PlotLayers
    ) -> None:
        self.sketches = sketches
        self.canvas, self.styles, self.chart, self.options = canvas, styles, chart, options
        self.rows = max(canvas.height - 2, 0)
        self.scale = self._fitted()
        self.ticks = self._y_ticks()
        self.left = 1 + (max(len(tick.label) for tick in self.ticks) + 1 if self.ticks else 0)
        self.columns = max(canvas.width - 1 - self.left, 0)
        self.window = self._window(self.columns, self.scale)
        self._found = [columns_of(series.points, self.window.column_edges()) for series in chart.series]

    def _x_range(self) -> tuple[float, float]:
        return float(self.options.left), float(self.options.right)

    def _window(self, columns: int, scale: Scale) -> DotGrid:
        return DotGrid(columns * DOTS_X, self.rows * DOTS_Y, *self._x_range(), scale.low, scale.high)

    def _fitted(self) -> Scale:
        """The scale for what is between the edges; columns of any width tell its extremes."""
        window = self._window(max(self.canvas.width - 2, 1), Scale(0.0, 1.0, log=False))
        within = [columns_of(series.points, window.column_edges()).within for series in self.chart.series]
        values = np.concatenate([part for each in within for part in (each.low, each.high)] or [np.empty(0)])
        limits = None if self.options.zoomed else self.chart.limits
        return fit(values, limits, self.options.log, self.options.robust)

    def paint(self) -> list[Plot]:
        """Axes first, then raw curves, smoothed ones over them, and marks on top."""
        if self.columns < 1 or self.rows < 1:
            return []
        plot = Plot(self.left, self.window)
        self._axes(plot)
        if self.scale.log and not any((found.within.high > 0).any() for found in self._found):
            self._say("nothing above 0 to show on a logarithmic scale", "nothing above 0 here", "no value > 0")
        self._curves()
        for series, found in zip(self.chart.series, self._found, strict=True):
            self._not_finite(series, found)
        for series, found in zip(self.chart.series, self._found, strict=True):
            self._marks(series, found)
        if self.options.cursor is not None:
            self._cursor(plot, self.options.cursor)
        return [plot]

    def _cursor(self, plot: Plot, step: int) -> None:
        cursor_line(self.canvas, self.styles, plot, step, 1, self.rows)

    def _say(self, *choices: str) -> None:
        """The first text that fits, in the middle."""
        text = next((text for text in choices if len(text) + 2 <= self.columns), "")
        self.canvas.put(self.left + (self.columns - len(text)) // 2, self.canvas.height // 2, text, self.styles.muted)

    def _y_ticks(self) -> list[Tick]:
        if self.canvas.width < _LABELS_FROM or self.rows < 2:
            return []
        if self.scale.log:
            return log_ticks(self.scale.low, self.scale.high, max(2, self.rows // 2))
        return linear_ticks(self.scale.low, self.scale.high, max(1, self.rows // 3))

    def _axes(self, plot: Plot) -> None:
        for tick in self.ticks:
            y = self._row(float(self.window.y(np.array([tick.at]))[0]))
            self.canvas.put_right(self.left - 1, y, tick.label, self.styles.muted)
            self.canvas.put(self.left, y, "┈" * self.columns, self.styles.grid)
        if self.columns >= 12:
            self._x_labels(plot)

    def _x_labels(self, plot: Plot) -> None:
        step_labels(self.canvas, self.styles.muted, plot)

    def _row(self, y: float) -> int:
        """The canvas row of a height in dots."""
        return 1 + min(max(self.rows - 1 - int(y // DOTS_Y), 0), self.rows - 1)

    def _curves(self) -> None:
        # Raw and smoothed curves are two pictures: in one, a cell would mix the dots of both.
        pairs = list(zip(self.chart.series, self._found, strict=True))
        raw = [self._raw(series, found) for series, found in pairs]
        styles = [self.styles.variant(series.style_index) for series, _ in pairs]
        if self.options.window:
            thin = [self.styles.raw(series.style_index) for series, _ in pairs]
            self._draw(self.sketches.thin, list(zip(raw, thin, strict=True)))
            raw = [self._smooth(series, found) for series, found in pairs]
        self._draw(self.sketches.strong, list(zip(raw, styles, strict=True)))

    def _draw(self, sketch: IncrementalPlot, curves: list[tuple[Polyline, Style]]) -> None:
        if not curves:
            return
        picture = sketch.draw(self.columns, self.rows, [curve for curve, _ in curves])
        for y, runs in enumerate(picture, 1):
            for run in runs:
                style = curves[run.owner - 1][1] if 0 < run.owner <= len(curves) else self.styles.text
                self._stamp(self.left + run.column, y, run.text, style)

    def _stamp(self, x: int, y: int, text: str, style: Style) -> None:
        row = self.canvas.rows[y]
        for index, char in enumerate(text, x):
            if char not in " \u2800":
                row[index] = (char, style)

    def _raw(self, series: Series, found: Columns) -> Polyline:
        """Every point where there is room for it; else what each column ranges over."""
        if not len(found.numbers):
            return self._passing(series.points)
        first, last = int(found.starts[0]), int(found.ends[-1])
        if last - first > self.window.width:
            known = found.within.finite > 0
            low, high = (self.scale.scaled(each[known]) for each in (found.within.low, found.within.high))
            return strokes(self.window, found.numbers[known], low, high, ~found.nonfinite[known])
        return self._exact(series.points, max(first - 1, 0), last + 1)

    def _passing(self, points: Points) -> Polyline:
        """The line that crosses the window without a point in it."""
        after = int(points.count_before(int(np.ceil(self.window.left))))
        return self._exact(points, after - 1, after + 1) if 0 < after < len(points.steps) else NO_POLYLINE

    def _exact(self, points: Points, first: int, last: int) -> Polyline:
        values = points.values[first:last].astype(np.float64)
        return trace(self.window, points.steps[first:last], self.scale.scaled(values))

    def _smooth(self, series: Series, found: Columns) -> Polyline:
        """The trailing mean, where the last point of each column has it."""
        if not len(found.numbers):
            return NO_POLYLINE
        steps, means = self._means(series, found)
        return trace(self.window, steps, means)

    def _means(self, series: Series, found: Columns) -> tuple[Array, Array]:
        ends = self._ends(series, found)
        means = trailing_mean(series.points, ends, self.options.window)
        return series.steps[ends].astype(np.float64), self.scale.scaled(means)

    @staticmethod
    def _ends(series: Series, found: Columns) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """The last finite point of each column that has one."""
        ends = found.ends - 1
        for index in np.flatnonzero(found.nonfinite):
            start = found.starts[index]
            finite = np.flatnonzero(np.isfinite(series.values[start : found.ends[index]]))
            ends[index] = start + finite[-1] if len(finite) else -1
        return ends[ends >= 0]

    def _marks(self, series: Series, found: Columns) -> None:
        """The variant's mark along its line and at its end; a cross where it diverged."""
        steps, values = self._line(series, found)
        if not len(steps):
            return
        style = self.styles.variant(series.style_index)
        columns, rows = self.window.x(steps) // DOTS_X, self.window.y(values)
        phase = 3 + (series.style_index * _MARK_EVERY * 2 // 5) % _MARK_EVERY
        for wanted in range(phase, int(columns[-1]) - 2, _MARK_EVERY):
            near = int(np.abs(columns - wanted).argmin())
            self._put_mark(columns[near], rows[near], mark(series.style_index), style)
        over = series.ended is not None and series.ended <= self.options.right
        self._put_mark(columns[-1], rows[-1], DIVERGED if over else mark(series.style_index), style + Style(bold=True))

    def _put_mark(self, column: float, row: float, char: str, style: Style) -> None:
        if 0 <= row <= self.window.height:
            self.canvas.put(self.left + int(column), self._row(row), char, style)

    def _line(self, series: Series, found: Columns) -> tuple[Array, Array]:
        """Steps and scaled values of the line that carries the marks."""
        if self.options.window:
            return self._means(series, found)
        ends = self._ends(series, found)
        return series.steps[ends].astype(np.float64), self.scale.scaled(series.values[ends].astype(np.float64))

    def _not_finite(self, series: Series, found: Columns) -> None:
        """A mark on the axis in every column that has a NaN or an infinity."""
        for column in found.numbers[found.nonfinite]:
            self.canvas.put(
                self.left + int(column), self.canvas.height - 1, NOT_FINITE, self.styles.variant(series.style_index)
            )
