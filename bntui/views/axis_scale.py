"""The y axis: which values it spans, on a linear or a logarithmic scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bntui.views.smooth import Array
from bntui.views.ticks import nice_step

_WILD = 4.0
"""How many times all but the most extreme 2 % a value may be, and still be in the picture."""

_BELOW = 1e3
"""Decades under everything: where a value without a logarithm goes, so that its line leaves downwards."""


@dataclass(frozen=True, slots=True)
class Scale:
    """`low` and `high` are the axis's ends, in logarithms to base 10 if `log`."""

    low: float
    high: float
    log: bool

    def scaled(self, values: Array) -> Array:
        """Values as the axis counts them; what is not finite stays so."""
        if not self.log:
            return values
        positive = values > 0
        logs = np.log10(np.where(positive, values, 1.0))
        return np.where(positive | ~np.isfinite(values), np.where(np.isfinite(values), logs, values), -_BELOW)


def fit(values: Array, limits: tuple[float, float] | None, log: bool, robust: bool = True) -> Scale:
    """The scale that shows the finite ones of these values, or spans the limits.

    `robust`: a few wild values may lie beyond it.
    """
    if limits and not log:
        return Scale(*limits, log=False)
    values = values[np.isfinite(values)]
    return _fit_log(values[values > 0], robust) if log else _fit_linear(values, robust)


def fit_colors(values: Array, limits: tuple[float, float] | None, log: bool, robust: bool = True) -> Scale:
    """The scale for values shown as colours.

    `robust`: a few extreme ones must not take the differences from the others.
    """
    values = values[np.isfinite(values) & ((values > 0) | (not log))]
    if limits and not log:
        return Scale(*limits, log=False)
    if not len(values):
        return Scale(-1.0, 0.0, log=True) if log else Scale(0.0, 1.0, log=False)
    beyond = (0.01, 0.99) if robust else (0.0, 1.0)
    low, high = (float(each) for each in np.quantile(np.log10(values) if log else values, beyond))
    step = 0.5 if log else nice_step((high - low) or abs(low) or 1.0, 5)
    low, high = _rounded(low, high, step)
    return Scale(low, high if high > low else low + step, log)


def _fit_linear(values: Array, robust: bool) -> Scale:
    if not len(values):
        return Scale(0.0, 1.0, log=False)
    low, high = float(values.min()), float(values.max())
    if robust:
        # A few wild values, such as a loss on its way to infinity, must not flatten all others.
        least, most = (float(each) for each in np.quantile(values, (0.02, 0.98)))
        low = max(low, _WILD * min(least, 0.0)) if low < 0 else low
        high = min(high, _WILD * max(most, 0.0)) if high > 0 else high
    if 0 <= low < 0.5 * high:
        low = 0.0
    if not high > low:
        room = abs(low) * 0.5 or 1.0
        return Scale(low - room, low + room, log=False)
    return Scale(*_rounded(low, high, nice_step(high - low, 16)), log=False)


def _fit_log(values: Array, robust: bool) -> Scale:
    if not len(values):
        return Scale(-1.0, 0.0, log=True)
    low, high = float(np.log10(values.min())), float(np.log10(values.max()))
    if robust:
        # Below five decades under the median there is nothing to see but how small a float can be.
        low = max(low, float(np.log10(np.median(values))) - 5.0)
    if high - low < 0.2:
        low, high = low - 0.25, high + 0.25
    return Scale(*_rounded(low, high, 0.125), log=True)


def _rounded(low: float, high: float, step: float) -> tuple[float, float]:
    """Outwards to multiples of `step`: limits that follow every new value would redraw the whole picture."""
    return math.floor(low / step) * step, math.ceil(high / step) * step
