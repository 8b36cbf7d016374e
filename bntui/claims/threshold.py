"""Where on a grid of values a network stops learning, and what several seeds say of the difference of two networks.

A grid tells a threshold only up to a step: it lies between the largest value that learns and the next one. So every
difference is known as a range, and all seeds may agree although the differences are not equal. Student's t interval
is therefore widened by the range: its ends are those of t about the lowest and about the highest possible mean. Where
seeds agree, their deviation is 0 and t rejects anything, so p is also at least the probability of so much agreement if
the networks were alike: that of normal differences with mean 0 to fall into these ranges, at the deviation that makes
it most probable.

A network that learns at the last value of the grid counts as if it failed one step further, and one that learns
nowhere as if it learned one step before the first: differences are then those within the grid, and of two networks
that are alike they are still alike.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bntui.claims.family import PValues
from bntui.claims.paired_t import Array, interval, p_within

_DEVIATIONS = np.geomspace(1e-3, 1e3, 601)
"""Deviations to try, relative to the largest end of a range."""


class Range(NamedTuple):
    """A value of which only is known that it lies between `low` and `high`.

    `open_low` and `open_high` say that the grid ends there, so that the value may lie beyond.
    """

    low: float
    high: float
    open_low: bool = False
    open_high: bool = False

    def minus(self, other: Range) -> Range:
        """Return the range of the difference."""
        return Range(
            self.low - other.high,
            self.high - other.low,
            self.open_low or other.open_high,
            self.open_high or other.open_low,
        )

    @property
    def middle(self) -> float:
        """The middle of the range."""
        return (self.low + self.high) / 2


class Difference(NamedTuple):
    """The mean over seeds: as a range, within its 95 % interval, and the p-values of being above 0, and below."""

    mean: Range
    low: float
    high: float
    p: PValues


def largest_learned(logs: Sequence[float], learned: Sequence[float]) -> Range:
    """Return where learning ends, from rising values (n ≥ 2), as logarithms, and whether each learned."""
    last = max((index for index, each in enumerate(learned) if each), default=-1)
    if last < 0:
        return Range(2 * logs[0] - logs[1], logs[0], open_low=True)
    if last == len(logs) - 1:
        return Range(logs[-1], 2 * logs[-1] - logs[-2], open_high=True)
    return Range(logs[last], logs[last + 1])


def smallest_learned(logs: Sequence[float], learned: Sequence[float]) -> Range:
    """Return where learning begins; see `largest_learned`."""
    mirrored = largest_learned([-value for value in reversed(logs)], list(reversed(learned)))
    return Range(-mirrored.high, -mirrored.low, mirrored.open_high, mirrored.open_low)


def learned_width(logs: Sequence[float], learned: Sequence[float]) -> Range:
    """Return the width of the values that learn, as a ratio's logarithm: 0 to a step where none does."""
    if not any(learned):
        return Range(0.0, max(high - low for low, high in pairwise(logs)), open_high=True)
    return largest_learned(logs, learned).minus(smallest_learned(logs, learned))


def trend(logs: Sequence[float], first: Sequence[float], second: Sequence[float]) -> Range:
    """Return by how much the logarithm of first/second grows where the key doubles, as a range without width.

    `logs` are the logarithms of the key's values, `first` and `second` positive metrics at these.
    """
    slope = float(np.polyfit(logs, np.log(np.divide(first, second)), 1)[0]) * math.log(2)
    return Range(slope, slope)


def compared(differences: Sequence[Range]) -> Difference:
    """Return what the differences of two networks under n ≥ 2 seeds say together."""
    lows, highs = (np.array(ends) for ends in list(zip(*differences, strict=True))[:2])
    mean = Range(
        float(lows.mean()),
        float(highs.mean()),
        any(each.open_low for each in differences),
        any(each.open_high for each in differences),
    )
    middles = np.array([[each.middle for each in differences]])
    half_width = float(interval(middles)[1][0] - middles.mean())
    shifted = {end: middles - middles.mean() + end for end in (mean.low, mean.high)}
    above = _p_above(shifted[mean.low], lows, highs)
    below = _p_above(-shifted[mean.high], -highs, -lows)
    return Difference(mean, mean.low - half_width, mean.high + half_width, PValues(above, below))


def _p_above(effects: Array, lows: Array, highs: Array) -> float:
    """Return the p-value against "the mean is at most 0": that of t, or of so much agreement, whichever is larger."""
    by_t = float(p_within(effects, (0.0, math.inf))[0])
    return max(by_t, _p_of_agreement(lows, highs))


def _p_of_agreement(lows: Array, highs: Array) -> float:
    from scipy.special import ndtr

    scales = _DEVIATIONS[:, None] * max(float(np.abs([lows, highs]).max()), 1e-300)
    return float(np.prod(ndtr(highs / scales) - ndtr(lows / scales), axis=1).max())
