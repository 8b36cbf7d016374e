"""Curves as braille, by plotext; the only module that imports it.

plotext 6 aborts the process on non-finite or far-away points, and on two threads drawing at once. So nothing
reaches it but finite points within the picture, in units of braille dots, and only the UI thread draws.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bntui.tui.charts.polyline import DOTS_X, DOTS_Y, Polyline

_RUN = re.compile(r"\x1b\[([0-9;]*)m([^\x1b]*)")
_BLANK = "\u2800"


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring cells of one curve: where they begin in their row, their text, whose they are."""

    column: int
    text: str
    owner: int


def draw(width: int, height: int, paths: Sequence[tuple[int, Polyline]]) -> list[list[Run]]:
    """The picture of (owner, curve) pairs, the last on top: for each of `height` rows, its runs.

    Curves are in dots, the origin at the lower left corner; owners are numbers from 1 to 255. A cell belongs
    to the topmost curve in it.
    """
    if width < 1 or height < 1:
        return []
    figure = _figure()
    figure.clear.data()
    figure.plot_size(width, height)
    figure.ruler("x").lim(0, width * DOTS_X)
    figure.ruler("y").lim(0, height * DOTS_Y)
    for owner, curve in paths:
        _add(figure, curve, owner)
    lines = figure.build().string().split("\n")[:height]
    return [_runs(line) for line in lines]


def prepare() -> None:
    """Import plotext, which takes 0.3 s: not before the screen is there, and not once training has begun."""
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
        # With limits at the edges of the picture, a point at n + ½ lights dot n exactly.
        figure.ruler(axis).alignment(lim="edge")
    return figure


@cache
def _marker(owner: int) -> Any:
    # The owner travels through plotext as a colour, and is read back from it.
    import plotext

    return plotext.marker("braille", plotext.pixel((owner, 0, 0)))


def _add(figure: Any, curve: Polyline, owner: int) -> None:
    if not len(curve.x):
        return
    signal = figure.signal(curve.x.tolist(), curve.y.tolist(), marker=_marker(owner))
    for index, joined in enumerate(curve.joined.tolist()):
        if joined:
            signal.line(index)
    figure.draw(signal)


def _runs(line: str) -> list[Run]:
    found, column = [], 0
    for colour, text in _RUN.findall(line):
        if text.strip(" " + _BLANK):
            found.append(Run(column, text, _owner(colour)))
        column += len(text)
    return found


def _owner(colour: str) -> int:
    parts = colour.split(";")
    return int(parts[2]) if len(parts) == 5 else 0
