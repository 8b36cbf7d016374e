"""A cloud of points on two axes that cross in the middle, and an ellipse that says how it lies."""

from __future__ import annotations

import numpy as np
from rich.style import Style

from bntui.number_format import compact
from bntui.tui.charts.braille import draw
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.polyline import DOTS_X, DOTS_Y, Polyline
from bntui.views.mechanics import Moments
from bntui.views.smooth import Array
from bntui.views.ticks import nice_step

_LARGE_FROM = 100
"""Dots of height from which a point is four of them."""

_ROUND = np.linspace(0, 2 * np.pi, 73)


class Scatter:
    """A rectangle of a canvas in which both axes have the same scale, and show at least −reach to reach."""

    def __init__(self, canvas: Canvas, styles: Styles, left: int, columns: int, rows: int, reach: float) -> None:
        self._canvas, self._styles, self._left = canvas, styles, left
        self._columns, self._rows = columns, rows
        self._size = np.array([columns * DOTS_X, rows * DOTS_Y])
        self._dots = (min(columns * DOTS_X, rows * DOTS_Y) - 1) / (2 * reach)

    def paint(self, before: Array, now: Array, lies: Moments) -> None:
        """Two clouds (samples, 2), the first one faint, and the second one's mean and deviation."""
        if self._columns < 2 or self._rows < 2:
            return
        self._axes()
        width = np.sqrt(lies.var)
        ellipse = np.stack([np.cos(_ROUND), np.sin(_ROUND)], axis=1) * width + lies.mean
        curves = [self._points(before), self._curve(self._dotted(ellipse), joined=True), self._points(now)]
        styles = (self._styles.faint, self._styles.variant(0), self._styles.variant(1))
        for y, runs in enumerate(draw(self._columns, self._rows, list(enumerate(curves, 1))), 1):
            for run in runs:
                self._stamp(run.column, y, run.text, styles[run.owner - 1])
        self._stamp(*self._cell(lies.mean), "+", self._styles.variant(0) + Style(bold=True))

    def _stamp(self, x: int, y: int, text: str, style: Style) -> None:
        for index, char in enumerate(text, x):
            if char not in " \u2800" and 0 <= index < self._columns:
                self._canvas.put(self._left + index, y, char, style)

    def _axes(self) -> None:
        x, y = self._cell(np.zeros(2))
        for row in range(1, self._rows + 1):
            self._stamp(x, row, "┊", self._styles.grid)
        self._stamp(0, y, "┈" * self._columns, self._styles.grid)
        across, up = (self._size - 1) / 2 / self._dots
        step = nice_step(2 * up, max(self._rows // 4, 2))
        for at in _multiples(step, across):
            self._label(self._cell(np.array([at, 0.0]))[0], y, compact(at))
        for at in _multiples(step, up):
            self._label(x, self._cell(np.array([0.0, at]))[1], compact(at))

    def _label(self, x: int, y: int, text: str) -> None:
        """Around a place on an axis, if it fits whole."""
        left = x - len(text) // 2
        if left >= 0 and left + len(text) <= self._columns:
            self._stamp(left, y, text, self._styles.muted)

    def _dotted(self, points: Array) -> Array:
        """Where points lie, in dots from the lower left corner; a point at n + ½ lights dot n."""
        return np.floor(self._size / 2 + points * self._dots) + 0.5

    def _cell(self, point: Array) -> tuple[int, int]:
        x, y = self._dotted(point) // (DOTS_X, DOTS_Y)
        return int(x), int(self._rows - y)

    def _points(self, points: Array) -> Polyline:
        dots = self._dotted(points)
        if self._size[1] >= _LARGE_FROM:
            dots = np.concatenate([dots + by for by in ((0, 0), (1, 0), (0, 1), (1, 1))])
        return self._curve(dots)

    def _curve(self, dots: Array, *, joined: bool = False) -> Polyline:
        inside = np.flatnonzero(((dots > 0) & (dots < self._size)).all(axis=1))
        return Polyline(dots[inside, 0], dots[inside, 1], (np.diff(inside, prepend=-2) == 1) & joined)


def _multiples(step: float, most: float) -> list[float]:
    """Of a step, to either side of 0 and without it."""
    count = int(most / step + 1e-9)
    return [index * step for index in range(-count, count + 1) if index]
