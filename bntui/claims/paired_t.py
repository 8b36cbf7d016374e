"""Student's t over the effects of several seeds: intervals, and p-values of an effect's place between two bounds.

An effect is a difference of two variants under one seed, in one run: the same initial weights, the same batches. So
the pairing is in the effect, and the tests are those of a mean of independent effects. For three seeds the normal
distribution cannot be checked; differences of means over many steps and logarithms of ratios are fair cases for it.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

LEVEL = 0.95
ENOUGH = 3
"""Seeds from which a verdict is given: with two, t has one degree of freedom, and its interval is 12.7 deviations."""


def interval(effects: Array, level: float = LEVEL) -> tuple[Array, Array]:
    """Return mean ± t · s / √n of effects (rows, n), n ≥ 2; NaN in rows with an undefined effect."""
    from scipy.special import stdtrit

    seeds = effects.shape[-1]
    half_width = float(stdtrit(seeds - 1, 0.5 + level / 2)) * _error(effects)
    mean = effects.mean(axis=-1)
    return mean - half_width, mean + half_width


def p_within(effects: Array, bounds: tuple[float, float]) -> Array:
    """Return the p-values (rows,) of effects (rows, n) against "the true mean is not between the bounds".

    Two one-sided tests (TOST, Schuirmann 1987): the mean is above the lower bound, and it is below the upper one. Both
    must be rejected, so p is the larger of the two, without a correction (Berger 1982, intersection-union test). An
    open bound, −∞ or ∞, needs no test. 1 in rows with an undefined effect.
    """
    return np.maximum(_p_above(effects, bounds[0]), _p_above(-effects, -bounds[1]))


def p_outside(effects: Array, bounds: tuple[float, float]) -> Array:
    """Return the p-values (rows,) of effects (rows, n) against "the true mean is between the bounds".

    It is not if it is below the lower bound, or above the upper one: one of two tests must reject, so that with two
    finite bounds p is twice the smaller (Bonferroni). 1 in rows with an undefined effect.
    """
    smaller = np.minimum(_p_above(-effects, -bounds[0]), _p_above(effects, bounds[1]))
    tests = sum(map(math.isfinite, bounds))
    p: Array = np.minimum(tests * smaller, 1.0)
    return p


def _p_above(effects: Array, bound: float) -> Array:
    """Return the one-sided p-values against "the true mean is at most `bound`"."""
    from scipy.special import stdtr

    with np.errstate(divide="ignore", invalid="ignore"):
        t = (effects.mean(axis=-1) - bound) / _error(effects)
    # Equal effects on the bound, and undefined ones, speak for nothing.
    p: Array = np.nan_to_num(stdtr(effects.shape[-1] - 1, -t), nan=1.0)
    return p


def _error(effects: Array) -> Array:
    with np.errstate(invalid="ignore"):
        error: Array = effects.std(axis=-1, ddof=1) / math.sqrt(effects.shape[-1])
    return error
