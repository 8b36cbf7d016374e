"""How many more seeds would decide each claim, from the effects and their spread over the seeds so far.

For an effect of mean m and deviation s over the seeds, the one-sided t test of n seeds against a bound b has
noncentrality √n·(m − b)/s, from which its power follows. The level is that of Holm's first step, α / 2m for m claims:
the claim is then decided even if no other one is. Where several tests must all reject, as in an equivalence or in each
of several layers, the probabilities that single ones fail are added (Bonferroni), so that the power is at least the
one asked for. The mean so far stands for the true one; if it is too large, so is the power.

Seeds that are added until there is a verdict are more than one look. Simulated with eight claims and nothing to find:
one look at five seeds has a false verdict in 5 % of 2,000 cases, a look at three and another at all ten in 9 %, and a
look after each seed from the third to the tenth in 18 %. Only new seeds by themselves keep the 5 % after a plan.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from bntui.claims.case import Case, cases_of
from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import rulings
from bntui.claims.claim import Claim
from bntui.claims.estimate import scaled_bounds
from bntui.claims.family import ALPHA, Ruling
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.paired_t import ENOUGH, Array
from bntui.claims.result import Plan, Verdict

POWER = 0.8
MOST = 200
"""The largest number of seeds that is looked at."""
_LARGEST_NONCENTRALITY = 1e4


def plan(groups: Mapping[str, Sequence[MeasuredRun]], claims: Iterable[Claim] = CLAIMS.values()) -> tuple[Plan, ...]:
    """Return for each claim that can be checked on the groups how many more seeds would decide it.

    The number is for the claims of all groups checked together, as `check_groups` does. Raises UserError as it does.
    """
    cases = [case for case in cases_of(groups, tuple(claims)) if not case.missing]
    decided = rulings(cases)
    sizes = Counter(case.claim.quantity.per_second for case in cases)
    return tuple(_plan(case, decided.get(case), ALPHA / (2 * sizes[case.claim.quantity.per_second])) for case in cases)


def seeds_needed(effects: Array, bounds: tuple[float, float], level: float, widening: float = 1.0) -> int | None:
    """Return the number of seeds with which effects like these (rows, seeds) are decided; None if more than MOST.

    `level` is that of each one-sided test; `widening` multiplies the deviations over the seeds.
    """
    mean, deviation = effects.mean(axis=-1), widening * effects.std(axis=-1, ddof=1)
    seeds = np.arange(ENOUGH, MOST + 1, dtype=np.float64)
    chance = _power_within if _within(mean, bounds) else _power_outside
    enough = chance(mean, deviation, bounds, seeds, level) >= POWER
    return int(seeds[enough.argmax()]) if enough.any() else None


def _plan(case: Case, ruling: Ruling | None, level: float) -> Plan:
    seeds = tuple(run.spec.seed for run in case.runs)
    so_far = len(seeds)
    if ruling and ruling.verdict in (Verdict.SUPPORTED, Verdict.CONTRADICTED):
        return Plan(case.claim, case.variants, seeds, ruling.verdict, 0, 0, MOST, case.group)
    effects = case.estimate.effects[case.deciding]
    reason = case.unclear if so_far > 1 else "the spread over the seeds is known from two seeds on"
    if reason:
        return Plan(case.claim, case.variants, seeds, Verdict.NONE, None, None, MOST, case.group, reason)
    bounds = scaled_bounds(case.claim)
    expected = Verdict.SUPPORTED if _within(effects.mean(axis=-1), bounds) else Verdict.CONTRADICTED
    likely, cautious = (_more(seeds_needed(effects, bounds, level, wide), so_far) for wide in (1.0, _widening(so_far)))
    return Plan(case.claim, case.variants, seeds, expected, likely, cautious, MOST, case.group)


def _more(needed: int | None, so_far: int) -> int | None:
    # What so many seeds should have decided, but did not, needs another one.
    return None if needed is None else max(needed - so_far, 1)


def _within(mean: Array, bounds: tuple[float, float]) -> bool:
    return bool(((mean > bounds[0]) & (mean < bounds[1])).all())


def _power_within(mean: Array, deviation: Array, bounds: tuple[float, float], seeds: Array, level: float) -> Array:
    """Return the probability, for each number of seeds, that every row is found to be within the bounds."""
    misses = [
        1 - _power_above(sign * (row - bound), spread, seeds, level)
        for row, spread in zip(mean, deviation, strict=True)
        for sign, bound in ((1, bounds[0]), (-1, bounds[1]))
        if math.isfinite(bound)
    ]
    power: Array = 1 - np.sum(misses, axis=0)
    return power


def _power_outside(mean: Array, deviation: Array, bounds: tuple[float, float], seeds: Array, level: float) -> Array:
    """Return the probability, for each number of seeds, that the row farthest outside is found to be so."""
    finite = [(sign, bound) for sign, bound in ((-1, bounds[0]), (1, bounds[1])) if math.isfinite(bound)]
    chances = [
        _power_above(sign * (row - bound), spread, seeds, level / len(mean) / len(finite))
        for row, spread in zip(mean, deviation, strict=True)
        for sign, bound in finite
    ]
    power: Array = np.max(chances, axis=0)
    return power


def _power_above(distance: float, deviation: float, seeds: Array, level: float) -> Array:
    """Return the power of the one-sided t test for a mean that lies `distance` above the bound."""
    from scipy.special import nctdtr, stdtrit

    if distance <= 0:
        return np.zeros(len(seeds))
    with np.errstate(divide="ignore"):
        noncentrality = np.minimum(np.sqrt(seeds) * np.divide(distance, deviation), _LARGEST_NONCENTRALITY)
    power: Array = 1 - nctdtr(seeds - 1, noncentrality, stdtrit(seeds - 1, 1 - level))
    return power


def _widening(seeds: int) -> float:
    """Return by what the deviation over so few seeds may be too small: the end of its one-sided 80 % interval."""
    from scipy.special import chdtri

    return math.sqrt((seeds - 1) / chdtri(seeds - 1, 0.8))
