"""A picture that grows: what was drawn before and has not changed is not drawn again.

A running training only adds points at the right. Drawing a point costs plotext far more than comparing it, so
a sketch keeps its last picture and redraws from the first column in which a curve differs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bntui.tui.charts.braille import Run, draw
from bntui.tui.charts.polyline import DOTS_X, Polyline

LineChartPainter = list[list[Run]]


class IncrementalPlot:
    """Remembers the curves and the picture of its last `draw`."""

    def __init__(self) -> None:
        self._size = (0, 0)
        self._curves: list[Polyline] = []
        self._picture: LineChartPainter = []

    def draw(self, width: int, height: int, curves: Sequence[Polyline]) -> LineChartPainter:
        """As `plot.draw`, with the curves' places from 1 as owners."""
        same = (width, height) == self._size and len(curves) == len(self._curves)
        cut = _first_change(self._curves, curves, width) if same else 0
        if cut < width:
            # At the full width, though the left stays empty: moved, lines would round to other dots.
            news = draw(width, height, list(enumerate((_tail(curve, cut) for curve in curves), 1)))
            self._picture = _spliced(self._picture, news, cut) if cut else news
        self._size, self._curves = (width, height), list(curves)
        return self._picture


def _first_change(before: Sequence[Polyline], after: Sequence[Polyline], width: int) -> int:
    """The first column that has to be drawn anew."""
    return max(0, min((_change(old, new, width) for old, new in zip(before, after, strict=True)), default=width))


def _change(old: Polyline, new: Polyline, width: int) -> int:
    shared = min(len(old.x), len(new.x))
    differs = (
        (old.x[:shared] != new.x[:shared])
        | (old.y[:shared] != new.y[:shared])
        | (old.joined[:shared] != new.joined[:shared])
    )
    first = int(np.argmax(differs)) if differs.any() else shared
    if first == len(old.x) == len(new.x):
        return width
    # The line from the last shared point on may be another one.
    return int(new.x[first - 1]) // DOTS_X if first else 0


def _tail(curve: Polyline, cut: int) -> Polyline:
    """What of a curve touches columns from `cut` on."""
    begin = max(int(np.searchsorted(curve.x, cut * DOTS_X, side="right")) - 1, 0)
    return Polyline(curve.x[begin:], curve.y[begin:], curve.joined[begin:])


def _spliced(olds: LineChartPainter, news: LineChartPainter, cut: int) -> LineChartPainter:
    """The old picture left of column `cut`, the new one from there on."""
    return [
        [Run(run.column, run.text[: cut - run.column], run.owner) for run in old if run.column < cut]
        + [
            Run(max(run.column, cut), run.text[max(cut - run.column, 0) :], run.owner)
            for run in new
            if run.column + len(run.text) > cut
        ]
        for old, new in zip(olds, news, strict=True)
    ]
