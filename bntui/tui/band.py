"""Bands: between the edges of a range the background is tinted; the edges are curves with their variant's marks."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import numpy as np
from rich.color import Color as RichColor
from rich.style import Style

from bntui.tui.border import Look, framed
from bntui.tui.canvas import Canvas
from bntui.tui.frame import Picture, Sketches
from bntui.tui.palette import Inks, tint
from bntui.tui.plot import DOTS_X, DOTS_Y
from bntui.views.band import Band, Span
from bntui.views.chart import Array, Chart, Series

_MOST = 60
"""Ranges that are tinted: as many as a number has bits. The edges of any more are drawn all the same."""


def paint_band(canvas: Canvas, inks: Inks, band: Band, look: Look, sketches: Sketches) -> None:
    """Draw the band over the whole canvas, whatever its size."""
    if framed(canvas, inks, band, look):
        _BandPicture(canvas, inks, band, look, sketches).paint()


def _edges(span: Span) -> tuple[Series, Series]:
    low, high = (Series(span.variant, span.place, span.steps, each, 0, span.ended) for each in (span.low, span.high))
    return low, high


class _BandPicture(Picture):
    """A chart of both edges of each range, over a tinted ground."""

    def __init__(self, canvas: Canvas, inks: Inks, band: Band, look: Look, sketches: Sketches) -> None:
        edges = tuple(chain.from_iterable(_edges(span) for span in band.spans))
        chart = Chart(band.title, edges, band.steps, band.note, band.log, band.limits, band.empty)
        super().__init__(canvas, inks, chart, look, sketches)
        self._spans = [_thinned(span, self.window.x(span.steps) // DOTS_X, look.right) for span in band.spans]
        self._measured = edges
        # The scale is that of everything measured, but the curves are the envelope of each column.
        self.chart = replace(chart, series=tuple(chain.from_iterable(_edges(span) for span in self._spans)))

    def paint(self) -> None:
        """The ground goes behind what is there in the end, so that no cell leaves a gap in it."""
        super().paint()
        for series in self._measured:
            self._not_finite(series)
        if self.columns > 0 and self.rows > 0:
            self._fill()

    def _fill(self) -> None:
        sets = np.zeros((self.rows, self.columns), np.int64)
        for number, span in enumerate(self._spans[:_MOST]):
            sets |= self._inside(span).astype(np.int64) << number
        grounds = {number: self._ground(number) for number in np.unique(sets).tolist()}
        rows, columns = (each.tolist() for each in np.nonzero(sets))
        for row, column, number in zip(rows, columns, sets[sets != 0].tolist(), strict=True):
            self.canvas.tint(self.left + column, 1 + row, grounds[number])

    def _ground(self, overlapping: int) -> Style:
        """The ground of a set of ranges, of which each is a bit."""
        owners = tuple(span.place for number, span in enumerate(self._spans[:_MOST]) if overlapping >> number & 1)
        return Style(bgcolor=RichColor.from_rgb(*tint(self.inks, owners)))

    def _inside(self, span: Span) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        """Which cells, (rows, columns), have their middle in the range."""
        if not len(span.steps):
            return np.zeros((self.rows, self.columns), np.bool_)
        x = self.window.x(span.steps)
        middles = np.arange(self.columns, dtype=np.float64) * DOTS_X + DOTS_X / 2
        # From the first point's own column on, up to the last one's.
        middles = np.where(np.abs(middles - x[0]) <= DOTS_X / 2, x[0], middles)
        middles = np.where(np.abs(middles - x[-1]) <= DOTS_X / 2, x[-1], middles)
        low, high = (self._along(middles, x, each) for each in (span.low, span.high))
        heights = ((self.rows - 1 - np.arange(self.rows)) * DOTS_Y + DOTS_Y / 2)[:, None]
        with np.errstate(invalid="ignore"):
            return (heights >= low) & (heights <= high)

    def _along(self, middles: Array, x: Array, values: Array) -> Array:
        """An edge's height in dots in every column, NaN where it is not known."""
        scaled = self.scale.scaled(values)
        dots = np.where(np.isfinite(scaled), self.window.y(np.where(np.isfinite(scaled), scaled, 0.0)), np.nan)
        return np.interp(middles, x, dots, left=np.nan, right=np.nan)


def _thinned(span: Span, columns: Array, right: int) -> Span:
    """One point a column: the lowest of the low edge and the highest of the high one; NaN if one is not finite."""
    seen = span.steps <= right
    steps, low, high, columns = span.steps[seen], span.low[seen], span.high[seen], columns[seen]
    if not len(steps):
        return replace(span, steps=steps, low=low, high=high)
    starts = np.flatnonzero(np.diff(columns, prepend=-1) != 0)
    ends = np.append(starts[1:], len(steps)) - 1
    finite = np.isfinite(low) & np.isfinite(high)
    return replace(
        span,
        steps=steps[ends],
        low=np.minimum.reduceat(np.where(finite, low, np.nan), starts),
        high=np.maximum.reduceat(np.where(finite, high, np.nan), starts),
    )
