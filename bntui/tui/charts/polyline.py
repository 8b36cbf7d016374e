"""Turn measured values into polylines in braille dots.

A curve is scaled to dots, split at values that are not finite, simplified and clipped to the plot before it is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bntui.views.smooth import Array

Flags = npt.NDArray[np.bool_]

DOTS_X, DOTS_Y = 2, 4
"""Braille dots in a cell, across and down."""

_DOT_DISTANCE = 3
"""Dots from one dot of a dotted curve to the next."""

_FAR = 1e6
"""Coordinates are clipped to this many dots: how far outside the plot a point lies does not matter beyond."""


class Polyline(NamedTuple):
    """Points (n,) in dots from the lower left corner; `joined[i]` says that a line joins point i − 1 and point i."""

    x: Array
    y: Array
    joined: Flags


NO_POLYLINE = Polyline(np.empty(0), np.empty(0), np.empty(0, np.bool_))


@dataclass(frozen=True, slots=True)
class DotGrid:
    """The dots of a plot: its size in dots, the steps and the (scaled) values at its edges."""

    width: int
    height: int
    left: float
    right: float
    low: float
    high: float

    def x(self, steps: npt.NDArray[np.int32] | Array) -> Array:
        """Return the x coordinates of steps, in dots."""
        return _to_dots(np.asarray(steps, np.float64), self.left, self.right, self.width)

    def y(self, values: Array) -> Array:
        """Return the y coordinates of finite values, in dots."""
        return _to_dots(values, self.low, self.high, self.height)

    @property
    def columns(self) -> int:
        """Cells across."""
        return self.width // DOTS_X

    def column_of(self, step: float) -> int:
        """Return the column of cells in which a step lies."""
        return int(self.x(np.array([step]))[0] // DOTS_X)

    def step_of(self, column: int) -> int:
        """Return the step in the middle of a column of cells."""
        fraction = (column * DOTS_X + (DOTS_X - 1) / 2) / max(self.width - 1, 1)
        return round(self.left + min(max(fraction, 0.0), 1.0) * (self.right - self.left))

    def column_edges(self) -> npt.NDArray[np.int32]:
        """Return the first step of each column of cells, and last the step after the right edge: (columns + 1,)."""
        dots = np.arange(0, self.width, DOTS_X)
        steps = self.left + (dots - 0.5) / max(self.width - 1, 1) * (self.right - self.left)
        edges = np.clip(np.ceil(steps), np.ceil(self.left), self.right)
        # Agree with `x` where it rounds a step to the next or previous column.
        edges -= self.x(edges - 1) >= dots
        edges += self.x(edges) < dots
        edges[:1] = np.ceil(self.left)
        return np.append(edges, np.floor(self.right) + 1).astype(np.int32)


def _to_dots(values: Array, low: float, high: float, size: int) -> Array:
    span = (high - low) or 1.0
    return np.clip((values - low) / span * (size - 1) + 0.5, -_FAR, _FAR)


def trace(grid: DotGrid, steps: npt.NDArray[np.int32] | Array, values: Array) -> Polyline:
    """Return the curve of values (n,) at rising steps (n,), ready to draw; values that are not finite leave gaps."""
    finite = np.flatnonzero(np.isfinite(values))
    if not len(finite):
        return NO_POLYLINE
    joined = np.diff(finite, prepend=-2) == 1
    return _fit(grid, Polyline(grid.x(steps[finite]), grid.y(values[finite]), joined))


def dotted(grid: DotGrid, steps: npt.NDArray[np.int32] | Array, values: Array) -> Polyline:
    """Return the curve of `trace` as single dots, at places that do not depend on the curve."""
    if not len(steps):
        return NO_POLYLINE
    x = np.arange(0.5, grid.width, _DOT_DISTANCE)
    places = grid.left + (x - 0.5) / max(grid.width - 1, 1) * (grid.right - grid.left)
    with np.errstate(invalid="ignore", over="ignore"):
        between = np.interp(places, steps, values, left=np.nan, right=np.nan)
    known = np.isfinite(between)
    x, y = x[known], np.floor(grid.y(between[known])) + 0.5
    inside = (y > 0) & (y < grid.height)
    return Polyline(x[inside], y[inside], np.zeros(int(inside.sum()), np.bool_))


def envelope(grid: DotGrid, columns: npt.NDArray[np.intp], lows: Array, highs: Array, complete: Flags) -> Polyline:
    """Return a vertical line from the lowest to the highest value of each of these columns (k,).

    It is joined to the next one where all values of both columns are finite (`complete`).
    """
    # Alternately upwards and downwards, so that the line from one column to the next is short.
    low, high = grid.y(lows), grid.y(highs)
    falling = np.arange(len(columns)) % 2 == 1
    y = np.stack([np.where(falling, high, low), np.where(falling, low, high)], axis=1).ravel()
    left = columns * DOTS_X + 0.5
    x = np.stack([left, left + 1], axis=1).ravel()
    before = np.concatenate([[False], complete[:-1]])
    joined = np.stack([before & complete, np.ones(len(columns), np.bool_)], axis=1).ravel()
    return _fit(grid, Polyline(x, y, joined))


def _fit(grid: DotGrid, curve: Polyline) -> Polyline:
    return clip_rows(_drop_collinear(_clip_columns(curve, grid.width)), grid.height)


def _clip_columns(curve: Polyline, width: int) -> Polyline:
    """Cut off what lies outside the left and right edge; x rises."""
    x, y, joined = curve
    # The middles of the outermost dots.
    left, right = 0.5, width - 0.5
    if not len(x) or (x[0] >= left and x[-1] <= right):
        return curve
    first, last = int(np.searchsorted(x, left)), int(np.searchsorted(x, right, side="right"))
    parts = [Polyline(x[first:last], y[first:last], joined[first:last])]
    if 0 < first < len(x) and joined[first]:
        parts.insert(0, _crossing(curve, first, left, enters=True))
    if 0 < last < len(x) and joined[last]:
        parts.append(_crossing(curve, last, right, enters=False))
    clipped = Polyline(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
    if len(clipped.joined):
        clipped.joined[0] = False
    return clipped


def _crossing(curve: Polyline, index: int, edge: float, *, enters: bool) -> Polyline:
    """Return the point at which the line that leads to point `index` crosses a vertical edge."""
    x0, x1 = curve.x[index - 1], curve.x[index]
    y = curve.y[index - 1] + (curve.y[index] - curve.y[index - 1]) * (edge - x0) / (x1 - x0)
    return Polyline(np.array([edge]), np.array([y]), np.array([not enters]))


def _drop_collinear(curve: Polyline) -> Polyline:
    """Round to dots and drop the points that lie on the line between their neighbors."""
    x, y = np.floor(curve.x), np.floor(curve.y)
    if len(x) < 3:
        return Polyline(x + 0.5, y + 0.5, curve.joined)
    dx, dy = np.diff(x), np.diff(y)
    straight = (dx[1:] * dy[:-1] == dx[:-1] * dy[1:]) & (dx[1:] * dx[:-1] + dy[1:] * dy[:-1] >= 0)
    kept = np.ones(len(x), np.bool_)
    kept[1:-1] = ~(straight & curve.joined[1:-1] & curve.joined[2:])
    return Polyline(x[kept] + 0.5, y[kept] + 0.5, curve.joined[kept])


def clip_rows(curve: Polyline, height: int) -> Polyline:
    """Cut off what lies outside the lower and upper edge, exactly at the edges."""
    if not len(curve.y) or (curve.y.min() >= 0 and curve.y.max() <= height):
        return curve
    x: list[float] = []
    y: list[float] = []
    joined: list[bool] = []
    points = list(zip(curve.x.tolist(), curve.y.tolist(), curve.joined.tolist(), strict=True))
    for index, (x1, y1, linked) in enumerate(points):
        x0, y0 = points[index - 1][:2] if linked else (x1, y1)
        inside = _inside(y0, y1, 0.0, float(height))
        if inside is None:
            continue
        enter, leave = inside
        if not linked or enter > 0:
            x.append(x0 + (x1 - x0) * enter)
            y.append(min(max(y0 + (y1 - y0) * enter, 0.0), float(height)))
            joined.append(False)
        if linked:
            x.append(x0 + (x1 - x0) * leave)
            y.append(min(max(y0 + (y1 - y0) * leave, 0.0), float(height)))
            joined.append(True)
    return Polyline(np.array(x), np.array(y), np.array(joined, np.bool_))


def _inside(y0: float, y1: float, low: float, high: float) -> tuple[float, float] | None:
    """Return the part of the line from y0 to y1 that lies in [low, high], as fractions of its length."""
    if max(y0, y1) < low or min(y0, y1) > high:
        return None
    if y0 == y1:
        return 0.0, 1.0
    ends = sorted(((low - y0) / (y1 - y0), (high - y0) / (y1 - y0)))
    return max(0.0, ends[0]), min(1.0, ends[1])
