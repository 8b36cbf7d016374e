"""Scatter plots: points on two axes that cross in the middle, and an ellipse of their mean and deviation."""

from __future__ import annotations

import numpy as np
from rich.style import Style

from bntui.number_format import compact
from bntui.tui.charts.braille import BLANKS, draw
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.polyline import DOTS_X, DOTS_Y, Polyline
from bntui.views.mechanics import Moments
from bntui.views.smooth import Array
from bntui.views.ticks import nice_step

_LARGE_FROM = 100
"""Height of the plot in dots from which a point is drawn as four dots."""

_ANGLES = np.linspace(0, 2 * np.pi, 73)


class Scatter:
    """A rectangle of a canvas in which both axes have the same scale and show at least −reach to reach."""

    def __init__(self, canvas: Canvas, styles: Styles, left: int, columns: int, rows: int, reach: float) -> None:
        self._canvas, self._styles, self._left = canvas, styles, left
        self._columns, self._rows = columns, rows
        self._size = np.array([columns * DOTS_X, rows * DOTS_Y])
        self._scale = (min(columns * DOTS_X, rows * DOTS_Y) - 1) / (2 * reach)

    def paint(self, before: Array, now: Array, moments: Moments) -> None:
        """Draw two sets of points (samples, 2), the first one faint, and the moments of the second as an ellipse."""
        if self._columns < 2 or self._rows < 2:
            return
        self._draw_axes()
        deviation = np.sqrt(moments.var)
        ellipse = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1) * deviation + moments.mean
        curves = [self._points(before), self._curve(self._to_dots(ellipse), joined=True), self._points(now)]
        styles = (self._styles.faint, self._styles.variant(0), self._styles.variant(1))
        for y, runs in enumerate(draw(self._columns, self._rows, list(enumerate(curves, 1))), 1):
            for run in runs:
                self._put(run.column, y, run.text, styles[run.owner - 1])
        self._put(*self._cell(moments.mean), "+", self._styles.variant(0) + Style(bold=True))

    def _put(self, x: int, y: int, text: str, style: Style) -> None:
        for index, char in enumerate(text, x):
            if char not in BLANKS and 0 <= index < self._columns:
                self._canvas.put(self._left + index, y, char, style)

    def _draw_axes(self) -> None:
        x, y = self._cell(np.zeros(2))
        for row in range(1, self._rows + 1):
            self._put(x, row, "┊", self._styles.grid)
        self._put(0, y, "┈" * self._columns, self._styles.grid)
        across, up = (self._size - 1) / 2 / self._scale
        step = nice_step(2 * up, max(self._rows // 4, 2))
        for value in _multiples(step, across):
            self._label(self._cell(np.array([value, 0.0]))[0], y, compact(value))
        for value in _multiples(step, up):
            self._label(x, self._cell(np.array([0.0, value]))[1], compact(value))

    def _label(self, x: int, y: int, text: str) -> None:
        """Write a label centered on a point of an axis, if it fits."""
        left = x - len(text) // 2
        if left >= 0 and left + len(text) <= self._columns:
            self._put(left, y, text, self._styles.muted)

    def _to_dots(self, points: Array) -> Array:
        """Return points in dots from the lower left corner; a point at n + ½ sets dot n."""
        return np.floor(self._size / 2 + points * self._scale) + 0.5

    def _cell(self, point: Array) -> tuple[int, int]:
        x, y = self._to_dots(point) // (DOTS_X, DOTS_Y)
        return int(x), int(self._rows - y)

    def _points(self, points: Array) -> Polyline:
        dots = self._to_dots(points)
        if self._size[1] >= _LARGE_FROM:
            dots = np.concatenate([dots + offset for offset in ((0, 0), (1, 0), (0, 1), (1, 1))])
        return self._curve(dots)

    def _curve(self, dots: Array, *, joined: bool = False) -> Polyline:
        inside = np.flatnonzero(((dots > 0) & (dots < self._size)).all(axis=1))
        return Polyline(dots[inside, 0], dots[inside, 1], (np.diff(inside, prepend=-2) == 1) & joined)


def _multiples(step: float, most: float) -> list[float]:
    """Return the multiples of a step in [−most, most], without 0."""
    count = int(most / step + 1e-9)
    return [index * step for index in range(-count, count + 1) if index]
