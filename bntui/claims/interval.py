"""Confidence intervals: over the steps of one run, or over the seeds of several."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

LEVEL = 0.95
RESAMPLES = 1000
ENOUGH = 25
"""Minimum number of steps for an interval; fewer make fewer than five blocks."""
ENOUGH_FOR_BCA = 10
"""Minimum number of seeds for the BCa bootstrap."""


def block_length(steps: int) -> int:
    """Return the length of a block: ⌈√n⌉ measured steps.

    Longer on purpose than the n^(1/3) that minimizes the error of a stationary series' variance, for these
    series also drift. Simulated with 200 steps, the 95 % interval covers in 94 % of cases where a step's
    correlation with the next is 0.5, in 90 % at 0.8, in 64 % at 0.95: variation over much longer than a block
    counts as the course of this seed, not as chance; only more seeds can tell the two apart.
    """
    return math.ceil(math.sqrt(steps))


def block_bootstrap(terms: Array, statistic: Callable[[Array], Array], resamples: int = RESAMPLES) -> tuple[Array, int]:
    """Return replicates (rows, resamples) of a statistic of the terms' means, and the number of blocks b in each.

    Circular block bootstrap (Politis & Romano 1992) of terms (…, layers, n): b = ⌊n / length⌋ blocks of successive
    steps, wrapping round from the last to the first, are drawn for all terms and layers together, so that the values
    of one step stay paired across variants and layers. Seeded: the same terms give the same replicates.
    """
    n = terms.shape[-1]
    length = block_length(n)
    blocks = n // length
    wrapped = np.concatenate([np.zeros_like(terms[..., :1]), terms, terms[..., : length - 1]], axis=-1)
    sums = np.cumsum(wrapped, axis=-1)
    means = (sums[..., length:] - sums[..., :-length]) / length
    starts = np.random.default_rng(0).integers(n, size=(resamples, blocks))
    return statistic(means[..., starts].mean(axis=-1)), blocks


def over_steps(effect: Array, replicates: Array, blocks: int, level: float = LEVEL) -> tuple[Array, Array]:
    """Return effect ± t · s · √(b / (b − 1)), with s the replicates' standard deviation and Student's t for b − 1.

    Percentiles of the replicates themselves would be too narrow for so few blocks, by these two factors
    (Hesterberg 2015, "What Teachers Should Know About the Bootstrap"), and too coarse for the high levels that
    many layers together need. NaN where the statistic was undefined in any replicate.
    """
    with np.errstate(invalid="ignore"):
        spread = replicates.std(axis=-1) * math.sqrt(blocks / (blocks - 1))
    half_width = _student(blocks - 1, level) * spread
    return effect - half_width, effect + half_width


def over_seeds(effects: Array, level: float = LEVEL) -> tuple[Array, Array]:
    """Return the interval of the mean of effects (rows, seeds), one run each.

    Student's t below ten seeds: three values have only ten distinct resamples, whose whole range covers the
    mean in only 75 % of the cases, while for differences of means over hundreds of steps, and logarithms of
    ratios, the normal distribution is a fair assumption. From ten seeds on SciPy's bias-corrected and accelerated
    bootstrap, which does not assume it.
    """
    seeds = effects.shape[-1]
    mean = effects.mean(axis=-1)
    if seeds >= ENOUGH_FOR_BCA:
        ends = [_bca(row, level) for row in effects]
        return np.array([low for low, _ in ends]), np.array([high for _, high in ends])
    with np.errstate(invalid="ignore"):
        half_width = _student(seeds - 1, level) * effects.std(axis=-1, ddof=1) / math.sqrt(seeds)
    return mean - half_width, mean + half_width


def seeds_method(seeds: int) -> str:
    """Name the method of `over_seeds` for so many seeds."""
    return "BCa bootstrap over seeds" if seeds >= ENOUGH_FOR_BCA else "Student's t over seeds"


def _bca(row: Array, level: float) -> tuple[float, float]:
    # SciPy takes seconds to import, and most checks do not need it.
    from scipy.stats import bootstrap

    if not np.isfinite(row).all() or np.ptp(row) == 0:
        return float(row.mean()), float(row.mean())
    result = bootstrap((row,), np.mean, confidence_level=level, method="BCa", random_state=np.random.default_rng(0))
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


def _student(degrees_of_freedom: int, level: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees_of_freedom, 0.5 + level / 2))
