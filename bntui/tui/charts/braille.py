"""Draw polylines as braille with plotext; the only module that imports it.

plotext 6 aborts the process if a point is not finite or far away, and if two threads draw at once. So it gets only
finite points within the plot, in braille dots, and only the UI thread draws.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bntui.tui.charts.polyline import DOTS_X, DOTS_Y, Polyline

BLANKS = " \u2800"
"""Characters without a dot."""

_STYLED_TEXT = re.compile(r"\x1b\[([0-9;]*)m([^\x1b]*)")


@dataclass(frozen=True, slots=True)
class CellRun:
    """Adjacent cells of one curve in a row: the column of the first, their text, the number of the curve."""

    column: int
    text: str
    owner: int


def draw(width: int, height: int, curves: Sequence[tuple[int, Polyline]]) -> list[list[CellRun]]:
    """Draw (owner, curve) pairs, the last one on top, and return the runs of each of `height` rows of cells.

    Curves are in dots from the lower left corner; owners are numbers from 1 to 65,535. A cell belongs to the topmost
    curve in it.
    """
    if width < 1 or height < 1:
        return []
    figure = _figure()
    figure.clear.data()
    figure.plot_size(width, height)
    figure.ruler("x").lim(0, width * DOTS_X)
    figure.ruler("y").lim(0, height * DOTS_Y)
    for owner, curve in curves:
        _add(figure, curve, owner)
    lines = figure.build().string().split("\n")[:height]
    return [_parse(line) for line in lines]


def load_plotext() -> None:
    """Import plotext, which takes 0.3 s: after the screen is shown, and before training begins."""
    _figure()


@cache
def _figure() -> Any:
    import plotext

    plotext.terminal.limit(False, False)
    figure = plotext.figure
    figure.clear()
    figure.canvas("default")
    figure.axes(False)
    figure.legend(False)
    for axis in ("x", "y"):
        figure.ruler(axis).ticks([])
        # With limits at the edges of the plot, a point at n + ½ sets exactly dot n.
        figure.ruler(axis).alignment(lim="edge")
    return figure


@cache
def _marker(owner: int) -> Any:
    # The owner is encoded as a color, which `_owner` decodes.
    import plotext

    return plotext.marker("braille", plotext.pixel((owner // 256, owner % 256, 0)))


def _add(figure: Any, curve: Polyline, owner: int) -> None:
    if not len(curve.x):
        return
    signal = figure.signal(curve.x.tolist(), curve.y.tolist(), marker=_marker(owner))
    for index, joined in enumerate(curve.joined.tolist()):
        if joined:
            signal.line(index)
    figure.draw(signal)


def _parse(line: str) -> list[CellRun]:
    runs, column = [], 0
    for codes, text in _STYLED_TEXT.findall(line):
        if text.strip(BLANKS):
            runs.append(CellRun(column, text, _owner(codes)))
        column += len(text)
    return runs


def _owner(codes: str) -> int:
    parts = codes.split(";")
    return 256 * int(parts[2]) + int(parts[3]) if len(parts) == 5 else 0
