"""One chart in one rectangle of cells: border with title, axes in the border, curves, marks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from rich.style import Style

from bntui.tui.border import Look, framed
from bntui.tui.canvas import Canvas
from bntui.tui.curve import Curve, Window, trace
from bntui.tui.palette import DIVERGED, NOT_FINITE, Inks, mark
from bntui.tui.plot import DOTS_X, DOTS_Y
from bntui.tui.scale import fit
from bntui.tui.sketch import Sketch
from bntui.tui.ticks import Tick, linear_ticks, log_ticks, nice_step
from bntui.views.chart import Array, Chart, Series
from bntui.views.smooth import trailing_mean

_MARK_EVERY = 20
_LABELS_FROM = 24


class Sketches(NamedTuple):
    """The two layers of a picture, each with what it remembers: raw curves below, strong ones above."""

    thin: Sketch
    strong: Sketch


def paint_chart(canvas: Canvas, inks: Inks, chart: Chart, look: Look, sketches: Sketches | None = None) -> None:
    """Draw the chart over the whole canvas, whatever its size; `sketches` spare work from one time to the next."""
    if framed(canvas, inks, chart, look):
        Picture(canvas, inks, chart, look, sketches or Sketches(Sketch(), Sketch())).paint()


def step_labels(canvas: Canvas, style: Style, left: int, columns: int, right: int) -> None:
    """Steps from 0 to `right` along the lower border, under `columns` cells from `left` on."""
    window = Window(columns * DOTS_X, 1, 0.0, float(right), 0.0, 1.0)
    bottom, free = canvas.height - 1, left
    step = max(1.0, nice_step(right, max(2, columns // 12)))
    for at in np.arange(0, right + 0.5, step):
        label = f" {at:,.0f} " if at else " 0 "
        x = left + int(window.x(np.array([at]))[0] // DOTS_X) - len(label) // 2
        x = min(max(x, free), left + columns - len(label))
        if x >= free:
            canvas.put(x, bottom, label, style)
            free = x + len(label) + 1


class Picture:
    """The inside of a chart's frame: where the plot lies in it, and what is drawn there."""

    def __init__(self, canvas: Canvas, inks: Inks, chart: Chart, look: Look, sketches: Sketches) -> None:
        self.sketches = sketches
        self.canvas, self.inks, self.chart, self.look = canvas, inks, chart, look
        self.rows = max(canvas.height - 2, 0)
        self.scale = fit(chart, look.log, look.right)
        self.ticks = self._y_ticks()
        self.left = 1 + (max(len(tick.label) for tick in self.ticks) + 1 if self.ticks else 0)
        self.columns = max(canvas.width - 1 - self.left, 0)
        self.window = Window(
            self.columns * DOTS_X, self.rows * DOTS_Y, *self._x_range(), self.scale.low, self.scale.high
        )

    def _x_range(self) -> tuple[float, float]:
        return 0.0, float(self.look.right)

    def paint(self) -> None:
        """Axes first, then raw curves, smoothed ones over them, and marks on top."""
        if self.columns < 1 or self.rows < 1:
            return
        self._axes()
        if self.scale.log and not any((series.values > 0).any() for series in self.chart.series):
            self._say("nothing above 0 to show on a logarithmic scale", "nothing above 0 here", "no value > 0")
        self._curves()
        for series in self.chart.series:
            self._not_finite(series)
        for series in self.chart.series:
            self._marks(series)

    def _say(self, *choices: str) -> None:
        """The first text that fits, in the middle."""
        text = next((text for text in choices if len(text) + 2 <= self.columns), "")
        self.canvas.put(self.left + (self.columns - len(text)) // 2, self.canvas.height // 2, text, self.inks.muted)

    def _y_ticks(self) -> list[Tick]:
        if self.canvas.width < _LABELS_FROM or self.rows < 2:
            return []
        if self.scale.log:
            return log_ticks(self.scale.low, self.scale.high, max(2, self.rows // 2))
        return linear_ticks(self.scale.low, self.scale.high, max(1, self.rows // 3))

    def _axes(self) -> None:
        for tick in self.ticks:
            y = self._row(float(self.window.y(np.array([tick.at]))[0]))
            self.canvas.put_right(self.left - 1, y, tick.label, self.inks.muted)
            self.canvas.put(self.left, y, "┈" * self.columns, self.inks.grid)
        if self.columns >= 12:
            self._x_labels()

    def _x_labels(self) -> None:
        step_labels(self.canvas, self.inks.muted, self.left, self.columns, self.look.right)

    def _column(self, step: float) -> int:
        return self.left + int(self.window.x(np.array([step]))[0] // DOTS_X)

    def _row(self, y: float) -> int:
        """The canvas row of a height in dots."""
        return 1 + min(max(self.rows - 1 - int(y // DOTS_Y), 0), self.rows - 1)

    def _curves(self) -> None:
        # Raw and smoothed curves are two pictures: in one, a cell would mix the dots of both.
        smoothed = [series for series in self.chart.series if series.window]
        plain = [series for series in self.chart.series if not series.window]
        self._draw(self.sketches.thin, [(self._raw(series), self.inks.raw(series.place)) for series in smoothed])
        strong = [(self._smooth(series), self.inks.variant(series.place)) for series in smoothed]
        strong += [(self._raw(series), self.inks.variant(series.place)) for series in plain]
        self._draw(self.sketches.strong, strong)

    def _draw(self, sketch: Sketch, curves: list[tuple[Curve, Style]]) -> None:
        if not curves:
            return
        picture = sketch.draw(self.columns, self.rows, [curve for curve, _ in curves])
        for y, runs in enumerate(picture, 1):
            for run in runs:
                style = curves[run.owner - 1][1] if 0 < run.owner <= len(curves) else self.inks.text
                self._stamp(self.left + run.column, y, run.text, style)

    def _stamp(self, x: int, y: int, text: str, style: Style) -> None:
        for place, char in enumerate(text, x):
            if char not in " \u2800":
                self.canvas.put(place, y, char, style)

    def _raw(self, series: Series) -> Curve:
        return trace(self.window, series.steps, self.scale.scaled(series.values))

    def _smooth(self, series: Series) -> Curve:
        """The trailing mean, where the last point of each column has it."""
        ends = self._column_ends(series)
        if not len(ends):
            return trace(self.window, series.steps[:0], series.values[:0])
        means = trailing_mean(series.steps, series.values, ends, series.window)
        return trace(self.window, series.steps[ends], self.scale.scaled(means))

    def _column_ends(self, series: Series) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """The last finite point of each column."""
        shown = np.flatnonzero(np.isfinite(series.values) & (series.steps <= self.look.right))
        columns = self.window.x(series.steps[shown]).astype(np.intp) // DOTS_X
        return shown[np.flatnonzero(np.diff(columns, append=-1) != 0)]

    def _marks(self, series: Series) -> None:
        """The variant's mark along its line and at its end; a cross where it diverged."""
        steps, values = self._line(series)
        finite = np.flatnonzero(np.isfinite(values))
        if not len(finite):
            return
        style = self.inks.variant(series.place)
        columns, rows = self.window.x(steps[finite]) // DOTS_X, self.window.y(values[finite])
        phase = 3 + (series.place * _MARK_EVERY * 2 // 5) % _MARK_EVERY
        for wanted in range(phase, int(columns[-1]) - 2, _MARK_EVERY):
            near = int(np.abs(columns - wanted).argmin())
            self._place_mark(columns[near], rows[near], mark(series.place), style)
        end = DIVERGED if series.ended is not None else mark(series.place)
        self._place_mark(columns[-1], rows[-1], end, style + Style(bold=True))

    def _place_mark(self, column: float, row: float, char: str, style: Style) -> None:
        if 0 <= row <= self.window.height:
            self.canvas.put(self.left + int(column), self._row(row), char, style)

    def _line(self, series: Series) -> tuple[Array, Array]:
        """Steps and scaled values of the line that carries the marks."""
        ends = self._column_ends(series)
        values = series.values[ends]
        if series.window and len(ends):
            values = trailing_mean(series.steps, series.values, ends, series.window)
        return series.steps[ends].astype(np.float64), self.scale.scaled(values)

    def _not_finite(self, series: Series) -> None:
        """A mark on the axis at every step that measured NaN or an infinity."""
        seen = series.steps <= self.look.right
        steps = series.steps[seen & ~np.isfinite(series.values)]
        for column in np.unique(self.window.x(steps).astype(np.intp) // DOTS_X):
            self.canvas.put(
                self.left + int(column), self.canvas.height - 1, NOT_FINITE, self.inks.variant(series.place)
            )
