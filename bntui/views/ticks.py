"""Tick labels at round values."""

from __future__ import annotations

import math
from typing import NamedTuple

from bntui.number_format import compact, power_of_ten


class Tick(NamedTuple):
    """A labelled value on an axis; on a logarithmic axis its logarithm to base 10."""

    value: float
    label: str


def nice_step(span: float, most: int) -> float:
    """Return the smallest of 1, 2, 5 × 10^k that divides `span` > 0 into at most `most` parts."""
    # Denormal spans have no round parts.
    raw = max(span / max(most, 1), 1e-300)
    power = 10.0 ** math.floor(math.log10(raw))
    return next((factor * power for factor in (1.0, 2.0, 5.0) if factor * power >= raw * (1 - 1e-9)), 10.0 * power)


def linear_ticks(low: float, high: float, most: int) -> list[Tick]:
    """Return about `most` + 1 round values in [low, high] or fewer, labelled with the same number of decimals."""
    if not high > low:
        return [Tick(low, compact(low))]
    step = nice_step(high - low, most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [index * step for index in range(first, last + 1)]
    if not values:
        return [Tick(low, compact(low))]
    largest = max(abs(value) for value in values)
    if largest >= 1e5 or 0 < largest < 1e-3:
        return [Tick(value, compact(value)) for value in values]
    decimals = max(0, -math.floor(math.log10(step)))
    return [Tick(value, f"{value:.{decimals}f}".replace("-", "−")) for value in values]


def log_ticks(low: float, high: float, most: int) -> list[Tick]:
    """Return powers of ten between the logarithms `low` and `high`; within one decade 1, 2 and 5 times a power."""
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if last - first < 1:
        return _within_decade(low, high, most)
    stride = max(1, math.ceil((last - first + 1) / max(most, 1)))
    return [Tick(float(power), power_of_ten(power)) for power in range(first, last + 1) if power % stride == 0]


def _within_decade(low: float, high: float, most: int) -> list[Tick]:
    factors = (1, 2, 5) if most > 1 else (1,)
    candidates = [
        (math.log10(factor) + power, factor, power)
        for power in range(math.floor(low), math.ceil(high) + 1)
        for factor in factors
    ]
    return [
        Tick(value, power_of_ten(power) if factor == 1 else f"{factor}·{power_of_ten(power)}")
        for value, factor, power in candidates
        if low - 1e-9 <= value <= high + 1e-9
    ]


def x_limit(step: int, steps: int) -> int:
    """Return the right edge for a run at `step` of `steps`; it grows in round jumps, so that charts rarely rescale."""
    reach = max(step * 1.02, 20.0)
    power = 10.0 ** math.floor(math.log10(reach))
    edge = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= reach)
    return max(1, min(round(edge), steps))
