"""Verdicts with their reasons, from intervals and from divergences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bntui.claims.claim import Claim, Verdict
from bntui.claims.estimate import Estimate
from bntui.claims.interval import Array
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.sample import COMPARISONS

Ruling = tuple[Verdict, str]
"""A verdict and its reason."""
RowMask = npt.NDArray[np.bool_]


def by_interval(claim: Claim, estimate: Estimate) -> Ruling:
    """Decide by intervals: supported if all deciding rows lie within the bounds, contradicted if one lies outside.

    The deciding rows are all layers for a claim about each layer, else the first row. A row contradicts only if its
    wider, outer interval lies wholly outside the bounds.
    """
    lower, upper = _scaled_bounds(claim)
    rows = slice(None) if claim.quantity.layers == "each" else slice(1)
    low, high = (end[rows] for end in estimate.inner)
    if not np.isfinite(low).all() or not np.isfinite(high).all():
        return Verdict.UNDECIDED, "the statistic is not defined on these values"
    if ((low > lower) & (high < upper)).all():
        return Verdict.SUPPORTED, ""
    outside: RowMask = (estimate.outer[1][rows] < lower) | (estimate.outer[0][rows] > upper)
    if outside.any():
        return Verdict.CONTRADICTED, f"not so in {_names(estimate.layers, outside)}" if len(outside) > 1 else ""
    return Verdict.UNDECIDED, _undecided_reason(claim, low, high, estimate.layers)


def by_divergence(claim: Claim, variants: Sequence[str], runs: Sequence[MeasuredRun], ruling: Ruling) -> Ruling:
    """Return the ruling, or another one if a variant diverged that must train for the claim to be true or to apply.

    Only claims about accuracy are concerned: the others are checked on the measurements before the divergence. The
    first variant must train, and if it does not under any seed, the claim is contradicted; if neither trains there is
    nothing to compare. In a claim that the first one fails, the second must train.
    """
    if not claim.quantity.fails_at_divergence:
        return ruling
    diverged = [[variant in run.ended for variant in variants] for run in runs]
    void = [of_run[-1] if claim.failing else all(of_run) for of_run in diverged]
    if any(void):
        return Verdict.UNDECIDED, f"{variants[-1]} diverged, so there is nothing to compare with"
    failed = [of_run[0] and not claim.failing for of_run in diverged]
    if all(failed):
        return Verdict.CONTRADICTED, f"{variants[0]} diverged: it did not train"
    if any(failed) and ruling[0] is Verdict.SUPPORTED:
        return Verdict.UNDECIDED, f"{variants[0]} diverged under some of the seeds"
    return ruling


def headline(claim: Claim, estimate: Estimate) -> int:
    """Return the row to show for all: the first one, or for a claim about each layer the one that fits it least."""
    if claim.quantity.layers != "each" or np.isnan(estimate.effect).any():
        return 0
    lower, upper = _scaled_bounds(claim)
    return int(np.minimum(estimate.effect - lower, upper - estimate.effect).argmin())


def _scaled_bounds(claim: Claim) -> tuple[float, float]:
    """Return the claim's bounds on the scale of its statistic."""
    if not COMPARISONS[claim.compare].log:
        return claim.bounds
    with np.errstate(divide="ignore"):
        lower, upper = np.log(claim.bounds)
    return float(lower), float(upper)


def _undecided_reason(claim: Claim, low: Array, high: Array, layers: Sequence[str]) -> str:
    """Name the bounds that the interval covers, or the layers in which it covers one."""
    scaled = _scaled_bounds(claim)
    if len(low) > 1:
        return f"not clear in {_names(layers, (low <= scaled[0]) | (high >= scaled[1]))}"
    bounds = zip(claim.bounds, scaled, strict=True)
    covered = [f"{bound:g}" for bound, on_scale in bounds if low[0] <= on_scale <= high[0]]
    return f"the interval covers {' and '.join(covered)}"


def _names(layers: Sequence[str], chosen: RowMask) -> str:
    names = [layer for layer, is_chosen in zip(layers, chosen, strict=True) if is_chosen]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
