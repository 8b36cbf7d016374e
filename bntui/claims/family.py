"""Verdicts on several claims together, of which with 95 % probability none is false.

Each claim has two hypotheses that a verdict rejects: "the effect is not within the bounds" (rejected: supported) and
"it is within" (rejected: contradicted). A false verdict, in either direction, is the rejection of a true hypothesis.
So all 2m hypotheses of m claims are tested together by Holm's procedure (1979), which keeps the probability of any
such rejection below 5 % whatever the dependence between the claims, which is strong: they are about the same
networks. On the bound itself both hypotheses of a claim are true; they share the 5 %, and a claim by itself is
decided where its two-sided p-value, twice the smaller of the two, is at most 5 %: where the bound lies outside of the
plain 95 % interval.

A claim about each of k layers is supported if it is so in all of them: an intersection-union test, whose p-value is
the largest of the layers' (Berger 1982). It is contradicted if it is not so in one of them: its p-value is k times
the smallest (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bntui.claims.paired_t import Array, p_outside, p_within
from bntui.claims.result import Verdict

ALPHA = 0.05


class PValues(NamedTuple):
    """A claim's p-values against "not within the bounds" and "within the bounds"; 1 where nothing can be said."""

    within: float = 1.0
    outside: float = 1.0

    @property
    def smaller(self) -> float:
        """The p-value of the claim's verdict by itself: twice the smaller one."""
        return min(2 * min(self), 1.0)


class Ruling(NamedTuple):
    """A verdict, and the p-value adjusted for all hypotheses of the family."""

    verdict: Verdict
    p_adjusted: float


def p_values(effects: Array, bounds: tuple[float, float]) -> PValues:
    """Return a claim's p-values from the effects (rows, seeds) in the layers that decide, or in the whole network."""
    within, outside = p_within(effects, bounds).max(), len(effects) * p_outside(effects, bounds).min()
    return PValues(float(within), min(float(outside), 1.0))


def decide(family: Sequence[PValues]) -> list[Ruling]:
    """Return the ruling on each claim of a family."""
    adjusted = holm(np.array(family, float).reshape(-1)).reshape(-1, 2)
    return [_ruling(float(within), float(outside)) for within, outside in adjusted]


def holm(p: Array) -> Array:
    """Return p-values (n,) adjusted for n hypotheses: the r-th smallest times n + 1 − r, not below the one before."""
    order = np.argsort(p, kind="stable")
    factors = np.arange(len(p), 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * factors), 1.0)
    return adjusted


def _ruling(within: float, outside: float) -> Ruling:
    if min(within, outside) > ALPHA:
        return Ruling(Verdict.UNDECIDED, min(within, outside))
    verdict = Verdict.SUPPORTED if within < outside else Verdict.CONTRADICTED
    return Ruling(verdict, min(within, outside))
