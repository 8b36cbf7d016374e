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
"""Steps below which no interval is given: they make fewer than five blocks."""
ENOUGH_FOR_BCA = 10


def block_length(steps: int) -> int:
    """⌈√n⌉ measured steps.

    Longer on purpose than the n^(1/3) that minimizes the error of a stationary series' variance, for these
    series also wander. Simulated with 200 steps, the 95 % interval covers in 94 % of cases where a step's
    correlation with the next is 0.5, in 90 % at 0.8, in 64 % at 0.95: what varies over much longer than a block
    is taken as the course of this seed, not as chance, which only more seeds can tell apart.
    """
    return math.ceil(math.sqrt(steps))


def block_bootstrap(terms: Array, statistic: Callable[[Array], Array], resamples: int = RESAMPLES) -> tuple[Array, int]:
    """Replicates (rows, resamples) of a statistic of the terms' means, and the number of blocks b in each.

    Circular block bootstrap (Politis & Romano 1992) of terms (…, layers, n): b = ⌊n / length⌋ blocks of successive
    steps, wrapping round from the last to the first, are drawn for all terms and layers together, so that what
    variants and layers share at a step stays paired. Seeded: the same terms give the same replicates.
    """
    n = terms.shape[-1]
    length = block_length(n)
    blocks = n // length
    round_again = np.concatenate([np.zeros_like(terms[..., :1]), terms, terms[..., : length - 1]], axis=-1)
    sums = np.cumsum(round_again, axis=-1)
    means = (sums[..., length:] - sums[..., :-length]) / length
    starts = np.random.default_rng(0).integers(n, size=(resamples, blocks))
    return statistic(means[..., starts].mean(axis=-1)), blocks


def over_steps(effect: Array, replicates: Array, blocks: int, level: float = LEVEL) -> tuple[Array, Array]:
    """The interval effect ± t · s · √(b / (b − 1)), s the replicates' standard deviation, t Student's for b − 1.

    Percentiles of the replicates themselves would be too narrow for the few blocks that there are, by these
    two factors (Hesterberg 2015, "What Teachers Should Know About the Bootstrap"), and could not tell the high levels
    that many layers together ask for. NaN where the statistic was undefined in any replicate.
    """
    with np.errstate(invalid="ignore"):
        spread = replicates.std(axis=-1) * math.sqrt(blocks / (blocks - 1))
    reach = _student(blocks - 1, level) * spread
    return effect - reach, effect + reach


def over_seeds(effects: Array, level: float = LEVEL) -> tuple[Array, Array]:
    """The interval of the mean of effects (rows, seeds), one run each.

    Student's t below ten seeds: three values have but ten distinct resamples, whose whole range holds the
    mean in only 75 % of the cases, while for differences of means over hundreds of steps, and logarithms of
    ratios, the normal distribution is a fair assumption. From ten seeds on SciPy's bias-corrected and accelerated
    bootstrap, which does without it.
    """
    seeds = effects.shape[-1]
    mean = effects.mean(axis=-1)
    if seeds >= ENOUGH_FOR_BCA:
        pairs = [_bca(row, level) for row in effects]
        return np.array([low for low, _ in pairs]), np.array([high for _, high in pairs])
    with np.errstate(invalid="ignore"):
        reach = _student(seeds - 1, level) * effects.std(axis=-1, ddof=1) / math.sqrt(seeds)
    return mean - reach, mean + reach


def seeds_method(seeds: int) -> str:
    """What `over_seeds` does for so many."""
    return "BCa bootstrap over seeds" if seeds >= ENOUGH_FOR_BCA else "Student's t over seeds"


def _bca(row: Array, level: float) -> tuple[float, float]:
    # SciPy takes seconds to import, and most looks at claims do not come here.
    from scipy.stats import bootstrap

    if not np.isfinite(row).all() or np.ptp(row) == 0:
        return float(row.mean()), float(row.mean())
    result = bootstrap((row,), np.mean, confidence_level=level, method="BCa", random_state=np.random.default_rng(0))
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


def _student(freedom: int, level: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + level / 2))
