"""From an interval, and from who diverged, to a verdict with its reason."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bntui.claims.claim import Claim, Verdict
from bntui.claims.estimate import Estimate
from bntui.claims.interval import Array
from bntui.claims.measured_run import Run
from bntui.claims.sample import COMPARISONS

Ruling = tuple[Verdict, str]
Rows = npt.NDArray[np.bool_]


def by_interval(claim: Claim, found: Estimate) -> Ruling:
    """Supported: every deciding row's interval is within the bounds; contradicted: some wide one is outside."""
    lower, upper = bounds(claim)
    rows = slice(None) if claim.quantity.layers == "each" else slice(1)
    low, high = (end[rows] for end in found.inner)
    if not np.isfinite(low).all() or not np.isfinite(high).all():
        return Verdict.UNDECIDED, "the statistic is not defined on these values"
    if ((low > lower) & (high < upper)).all():
        return Verdict.SUPPORTED, ""
    outside: Rows = (found.outer[1][rows] < lower) | (found.outer[0][rows] > upper)
    if outside.any():
        return Verdict.CONTRADICTED, f"not so in {_names(found.layers, outside)}" if len(outside) > 1 else ""
    return Verdict.UNDECIDED, _covered(claim, low, high, found.layers)


def by_divergence(claim: Claim, variants: Sequence[str], runs: Sequence[Run], ruling: Ruling) -> Ruling:
    """The ruling, unless a variant diverged that has to train for the claim to be true, or even to mean anything.

    Only claims about accuracy are concerned: the others are checked on what was measured before. The first variant
    must train, and if it does not in any seed, the claim is contradicted; if neither trains there is nothing to
    compare. Of a claim that the first one fails, the second must train.
    """
    if not claim.quantity.fails_at_divergence:
        return ruling
    lost = [[variant in run.ended for variant in variants] for run in runs]
    void = [each[-1] if claim.failing else all(each) for each in lost]
    if any(void):
        return Verdict.UNDECIDED, f"{variants[-1]} diverged, so there is nothing to compare with"
    failed = [each[0] and not claim.failing for each in lost]
    if all(failed):
        return Verdict.CONTRADICTED, f"{variants[0]} diverged: it did not train"
    if any(failed) and ruling[0] is Verdict.SUPPORTED:
        return Verdict.UNDECIDED, f"{variants[0]} diverged under some of the seeds"
    return ruling


def bounds(claim: Claim) -> tuple[float, float]:
    """The claim's bounds, on the scale its statistic works on."""
    if not COMPARISONS[claim.compare].log:
        return claim.holds
    with np.errstate(divide="ignore"):
        lower, upper = np.log(claim.holds)
    return float(lower), float(upper)


def headline(claim: Claim, found: Estimate) -> int:
    """The row to show for all: the only one, the mean over layers, or of several the one that fits the claim least."""
    if claim.quantity.layers != "each" or np.isnan(found.effect).any():
        return 0
    lower, upper = bounds(claim)
    return int(np.minimum(found.effect - lower, upper - found.effect).argmin())


def _covered(claim: Claim, low: Array, high: Array, layers: Sequence[str]) -> str:
    """Why nothing is decided: the bound that the interval covers, or the layers in which it covers one."""
    lower, upper = bounds(claim)
    if len(low) > 1:
        return f"not clear in {_names(layers, (low <= lower) | (high >= upper))}"
    covered = [holds for holds, bound in zip(claim.holds, (lower, upper), strict=True) if low[0] <= bound <= high[0]]
    return f"the interval covers {' and '.join(f'{each:g}' for each in covered)}"


def _names(layers: Sequence[str], chosen: Rows) -> str:
    names = [layer for layer, this in zip(layers, chosen, strict=True) if this]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
