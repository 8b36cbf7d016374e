"""Redraw only the columns of a plot in which a curve has changed.

During training points are only added at the right, and to draw a point costs plotext far more than to compare it. So
an `IncrementalPlot` keeps its cells and redraws from the first changed column on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bntui.tui.charts.braille import CellRun, draw
from bntui.tui.charts.polyline import DOTS_X, Polyline

CellRows = list[list[CellRun]]


_KEPT = 6
"""Drawings that a plot keeps: those of the modes, scales and layers between which a reader goes back and forth."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    size: tuple[int, int]
    curves: list[Polyline]
    rows: CellRows

    def changed_from(self, size: tuple[int, int], curves: Sequence[Polyline]) -> int:
        """Return the first column in which these curves differ from those drawn, the width if none does."""
        same = size == self.size and len(curves) == len(self.curves)
        return _first_changed_column(self.curves, curves, size[0]) if same else 0


class IncrementalPlot:
    """Keeps the curves and cells of its last drawings."""

    def __init__(self) -> None:
        self._drawings: list[_Drawing] = []

    def draw(self, width: int, height: int, curves: Sequence[Polyline]) -> CellRows:
        """Draw like `braille.draw`; the owners are the numbers of the curves from 1."""
        size, starts = (width, height), []
        for drawing in self._drawings:
            starts.append(drawing.changed_from(size, curves))
            if starts[-1] >= width:
                break
        start = max(starts, default=0)
        rows = self._drawings[starts.index(start)].rows if start else []
        if start < width:
            # At the full width although the left stays empty: shifted lines would round to other dots.
            drawn = draw(width, height, list(enumerate((_tail(curve, start) for curve in curves), 1)))
            rows = _splice(rows, drawn, start) if start else drawn
        # Those that agree in the first columns are the same curves at an earlier step.
        others = [drawing for drawing, changed in zip(self._drawings, starts, strict=False) if not changed]
        self._drawings = [_Drawing(size, list(curves), rows), *others, *self._drawings[len(starts) :]][:_KEPT]
        return rows


@dataclass(frozen=True, slots=True)
class PlotLayers:
    """The layers of a chart: thin raw curves at the bottom, then dotted references, and strong curves on top."""

    thin: IncrementalPlot = field(default_factory=IncrementalPlot)
    dotted: IncrementalPlot = field(default_factory=IncrementalPlot)
    strong: IncrementalPlot = field(default_factory=IncrementalPlot)


def _first_changed_column(before: Sequence[Polyline], after: Sequence[Polyline], width: int) -> int:
    """Return the first column in which any curve differs, `width` if none does."""
    columns = (_changed_column(old, new, width) for old, new in zip(before, after, strict=True))
    return max(0, min(columns, default=width))


def _changed_column(old: Polyline, new: Polyline, width: int) -> int:
    shared = min(len(old.x), len(new.x))
    differs = (
        (old.x[:shared] != new.x[:shared])
        | (old.y[:shared] != new.y[:shared])
        | (old.joined[:shared] != new.joined[:shared])
    )
    first = int(np.argmax(differs)) if differs.any() else shared
    if first == len(old.x) == len(new.x):
        return width
    # The line that starts at the last shared point may differ.
    return int(new.x[first - 1]) // DOTS_X if first else 0


def _tail(curve: Polyline, start: int) -> Polyline:
    """Return the part of a curve that touches columns from `start` on."""
    first = max(int(np.searchsorted(curve.x, start * DOTS_X, side="right")) - 1, 0)
    return Polyline(curve.x[first:], curve.y[first:], curve.joined[first:])


def _splice(old_rows: CellRows, new_rows: CellRows, start: int) -> CellRows:
    """Return the old cells left of column `start` and the new ones from there on."""
    return [
        [CellRun(run.column, run.text[: start - run.column], run.owner) for run in old if run.column < start]
        + [
            CellRun(max(run.column, start), run.text[max(start - run.column, 0) :], run.owner)
            for run in new
            if run.column + len(run.text) > start
        ]
        for old, new in zip(old_rows, new_rows, strict=True)
    ]
