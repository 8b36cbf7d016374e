"""What is said of the losses along a line between two networks: barrier, width, slope and peaks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

PROMINENCE = 0.01
"""How far a peak stands out, as a share of the range of the losses: less is a ripple that no chart shows."""


class Barrier(NamedTuple):
    """The barrier between two ends (Im, Tao & Branson 2016), with the length of the line as unit.

    `barrier` is the highest loss minus that of the higher end. `width` is the full width at half of its height, around
    the highest point, between neighbouring points along straight lines. `slope` is the steepest |dL/da| between
    neighbouring points, divided by the barrier. `peaks` is the number of maxima within that stand out by `PROMINENCE`.
    Width and slope are NaN without a barrier, all are where a loss is not finite.
    """

    barrier: float
    width: float
    slope: float
    peaks: float


def barrier_of(places: Sequence[float], losses: Sequence[float]) -> Barrier:
    """Return the barrier in the losses at rising places, of which there are three or more."""
    if not all(map(math.isfinite, losses)):
        return Barrier(*[math.nan] * len(Barrier._fields))
    height = max(losses) - max(losses[0], losses[-1])
    peaks = _peaks(losses)
    if height <= 0:
        return Barrier(0.0, math.nan, math.nan, peaks)
    steepest = np.abs(np.diff(losses) / np.diff(places)).max()
    return Barrier(height, _width(places, losses, max(losses) - height / 2), float(steepest) / height, peaks)


def _peaks(losses: Sequence[float]) -> float:
    # Its import takes half a second.
    from scipy.signal import find_peaks

    found, _ = find_peaks(losses, prominence=PROMINENCE * max(max(losses) - min(losses), np.finfo(float).tiny))
    return float(len(found))


def _width(places: Sequence[float], losses: Sequence[float], level: float) -> float:
    """Return the length around the highest point on which the losses are above a level, above which no end is."""
    top = int(np.argmax(losses))
    before = next(index for index in range(top, -1, -1) if losses[index] <= level)
    after = next(index for index in range(top, len(losses)) if losses[index] <= level)
    return _crossing(places, losses, after - 1, level) - _crossing(places, losses, before, level)


def _crossing(places: Sequence[float], losses: Sequence[float], index: int, level: float) -> float:
    """Return where the straight line from this point to the next one crosses a level."""
    share = (level - losses[index]) / (losses[index + 1] - losses[index])
    return places[index] + share * (places[index + 1] - places[index])
