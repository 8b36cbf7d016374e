"""Scales: the values that an axis or a color legend spans, linear or logarithmic."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bntui.views.smooth import Array
from bntui.views.ticks import nice_step

_MAX_OUTLIER = 4.0
"""Values beyond this multiple of the 2 % and 98 % quantiles lie outside a robust scale."""

_LOG_OF_ZERO = -1e3
"""Logarithm assumed for values ≤ 0, so far below the scale that their line leaves it downwards."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The ends of an axis, as logarithms to base 10 if `log`; colors of a `diverging` one tell signs apart."""

    low: float
    high: float
    log: bool
    diverging: bool = False

    def scaled(self, values: Array) -> Array:
        """Return the values, as logarithms if the scale is logarithmic; values that are not finite stay so."""
        if not self.log:
            return values
        positive = values > 0
        logs = np.log10(np.where(positive, values, 1.0))
        return np.where(positive | ~np.isfinite(values), np.where(np.isfinite(values), logs, values), _LOG_OF_ZERO)


def fit(values: Array, limits: tuple[float, float] | None, log: bool, robust: bool = True) -> Scale:
    """Return the scale that spans the limits if it is linear and they are given, else the finite values.

    If `robust`, a few outliers may lie outside it.
    """
    if limits and not log:
        return Scale(*limits, log=False)
    values = values[np.isfinite(values)]
    return _fit_log(values[values > 0], robust) if log else _fit_linear(values, robust)


def fit_colors(
    values: Array, limits: tuple[float, float] | None, log: bool, robust: bool = True, diverging: bool = False
) -> Scale:
    """Return the scale for values shown as colors; see `fit`. Positive limits hold for a logarithmic scale, too.

    If `robust`, it spans the 1 % and 99 % quantiles, so that a few outliers do not hide the other differences. If
    `diverging`, 0 is in its middle, and it is linear.
    """
    if diverging:
        within = fit_colors(values, limits, False, robust)
        most = max(abs(within.low), abs(within.high))
        return Scale(-most, most, log=False, diverging=True)
    values = values[np.isfinite(values) & ((values > 0) | (not log))]
    if limits and not log:
        return Scale(*limits, log=False)
    if limits and limits[0] > 0:
        return Scale(math.log10(limits[0]), math.log10(limits[1]), log=True)
    if not len(values):
        return Scale(-1.0, 0.0, log=True) if log else Scale(0.0, 1.0, log=False)
    quantiles = (0.01, 0.99) if robust else (0.0, 1.0)
    low, high = (float(value) for value in np.quantile(np.log10(values) if log else values, quantiles))
    step = 0.5 if log else nice_step((high - low) or abs(low) or 1.0, 5)
    low, high = _rounded(low, high, step)
    return Scale(low, high if high > low else low + step, log)


def _fit_linear(values: Array, robust: bool) -> Scale:
    if not len(values):
        return Scale(0.0, 1.0, log=False)
    low, high = float(values.min()), float(values.max())
    if robust:
        # Outliers, such as a loss on its way to infinity, must not flatten the other values.
        least, most = (float(value) for value in np.quantile(values, (0.02, 0.98)))
        low = max(low, _MAX_OUTLIER * min(least, 0.0)) if low < 0 else low
        high = min(high, _MAX_OUTLIER * max(most, 0.0)) if high > 0 else high
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
        # More than five decades below the median there are only rounding errors.
        low = max(low, float(np.log10(np.median(values))) - 5.0)
    if high - low < 0.2:
        low, high = low - 0.25, high + 0.25
    return Scale(*_rounded(low, high, 0.125), log=True)


def _rounded(low: float, high: float, step: float) -> tuple[float, float]:
    """Round outwards to multiples of `step`: limits that followed every new value would rescale the chart each time."""
    return math.floor(low / step) * step, math.ceil(high / step) * step
