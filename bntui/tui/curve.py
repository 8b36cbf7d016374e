"""From measured values to the few dots that a picture of them needs.

A curve goes through here before it may be drawn: scaled to dots, thinned to the lowest and highest value of a
column, split where values are not finite, clipped to the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bntui.views.chart import Array

Places = npt.NDArray[np.intp]

_FAR = 1e6
"""Dots beyond which it no longer matters how far outside the picture a point is."""


class Curve(NamedTuple):
    """Points (n,) in dots; `joined[i]` says that a line leads from point i − 1 to point i."""

    x: Array
    y: Array
    joined: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Window:
    """What a picture shows: its size in dots, the steps and (scaled) values at its edges."""

    width: int
    height: int
    left: float
    right: float
    low: float
    high: float

    def x(self, steps: npt.NDArray[np.int32] | Array) -> Array:
        """Where steps lie, in dots."""
        return _dots(np.asarray(steps, np.float64), self.left, self.right, self.width)

    def y(self, values: Array) -> Array:
        """Where finite values lie, in dots."""
        return _dots(values, self.low, self.high, self.height)


def _dots(values: Array, low: float, high: float, size: int) -> Array:
    span = (high - low) or 1.0
    return np.clip((values - low) / span * (size - 1) + 0.5, -_FAR, _FAR)


def trace(window: Window, steps: npt.NDArray[np.int32], values: Array) -> Curve:
    """The curve of values (n,) at rising steps (n,), ready to draw; non-finite values leave gaps."""
    seen = np.flatnonzero(np.isfinite(values) & (steps >= window.left) & (steps <= window.right))
    if not len(seen):
        return Curve(np.empty(0), np.empty(0), np.empty(0, np.bool_))
    x, y = window.x(steps[seen]), window.y(values[seen])
    joined = np.diff(seen, prepend=-2) == 1
    if len(x) > window.width:
        x, y, joined = _thin(x, y, joined)
    return clip(_straighten(Curve(x, y, joined)), window.height)


def _thin(x: Array, y: Array, joined: npt.NDArray[np.bool_]) -> Curve:
    # Two points per column, its lowest and highest, in turns low-high and high-low so that the way from one
    # column to the next is short. A gap begins a column of its own.
    columns = x.astype(np.intp) // 2
    starts = np.flatnonzero((np.diff(columns, prepend=-1) != 0) | ~joined)
    lows, highs = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    falling = np.arange(len(starts)) % 2 == 1
    pairs = np.stack([np.where(falling, highs, lows), np.where(falling, lows, highs)], axis=1)
    middles = columns[starts] * 2 + 0.5
    into = np.stack([joined[starts], np.ones(len(starts), np.bool_)], axis=1)
    return Curve(np.stack([middles, middles + 1], axis=1).ravel(), pairs.ravel(), into.ravel())


def _straighten(curve: Curve) -> Curve:
    """The same picture from fewer points: those on the way between their neighbours go."""
    x, y = np.floor(curve.x), np.floor(curve.y)
    if len(x) < 3:
        return Curve(x + 0.5, y + 0.5, curve.joined)
    dx, dy = np.diff(x), np.diff(y)
    straight = (dx[1:] * dy[:-1] == dx[:-1] * dy[1:]) & (dx[1:] * dx[:-1] + dy[1:] * dy[:-1] >= 0)
    kept = np.ones(len(x), np.bool_)
    kept[1:-1] = ~(straight & curve.joined[1:-1] & curve.joined[2:])
    return Curve(x[kept] + 0.5, y[kept] + 0.5, curve.joined[kept])


def clip(curve: Curve, height: int) -> Curve:
    """What of a curve lies between the lower and upper edge, cut exactly at the edges."""
    if not len(curve.y) or (curve.y.min() >= 0 and curve.y.max() <= height):
        return curve
    x: list[float] = []
    y: list[float] = []
    joined: list[bool] = []
    points = list(zip(curve.x.tolist(), curve.y.tolist(), curve.joined.tolist(), strict=True))
    for place, (x1, y1, linked) in enumerate(points):
        x0, y0 = points[place - 1][:2] if linked else (x1, y1)
        part = _inside(y0, y1, 0.0, float(height))
        if part is None:
            continue
        enter, leave = part
        if not linked or enter > 0:
            x.append(x0 + (x1 - x0) * enter)
            y.append(min(max(y0 + (y1 - y0) * enter, 0.0), float(height)))
            joined.append(False)
        if linked:
            x.append(x0 + (x1 - x0) * leave)
            y.append(min(max(y0 + (y1 - y0) * leave, 0.0), float(height)))
            joined.append(True)
    return Curve(np.array(x), np.array(y), np.array(joined, np.bool_))


def _inside(y0: float, y1: float, low: float, high: float) -> tuple[float, float] | None:
    """The part of the way from y0 to y1 that lies in [low, high], as fractions of it."""
    if max(y0, y1) < low or min(y0, y1) > high:
        return None
    if y0 == y1:
        return 0.0, 1.0
    ends = sorted(((low - y0) / (y1 - y0), (high - y0) / (y1 - y0)))
    return max(0.0, ends[0]), min(1.0, ends[1])
