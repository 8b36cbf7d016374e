"""A case's effects in natural units, as a result shows them: by layer, by window, under each seed."""

from __future__ import annotations

import math

import numpy as np

from bntui.claims.case import Case
from bntui.claims.claim import Claim
from bntui.claims.estimate import Estimate, deciding, scaled_bounds
from bntui.claims.paired_t import Array
from bntui.claims.result import Part, Side, WindowEffect
from bntui.claims.sample import COMPARISONS
from bntui.claims.window import label, windows


def headline(claim: Claim, estimate: Estimate) -> int:
    """Return the row shown for all: the first one, or for a claim about each layer the one that fits it least."""
    rows = deciding(claim, estimate.layers)
    lower, upper = scaled_bounds(claim)
    effects = estimate.mean[rows]
    if np.isnan(effects).any():
        return rows[0]
    return rows[int(np.minimum(effects - lower, upper - effects).argmin())]


def headline_layer(case: Case) -> str:
    """Return the layer of that row; '' for the whole network."""
    return case.estimate.layers[headline(case.claim, case.estimate)]


def layer_parts(case: Case) -> tuple[Part, ...]:
    """Return the effect in each layer; none if the claim is about the whole network."""
    if case.claim.quantity.layers == "network":
        return ()
    estimate, (low, high) = case.estimate, _interval(case, case.estimate)
    rows = case.deciding
    return tuple(
        Part(
            layer,
            natural(case.claim, float(estimate.mean[row])),
            natural(case.claim, float(low[row])),
            natural(case.claim, float(high[row])),
            side=_side(case.claim, float(estimate.mean[row]), float(low[row]), float(high[row])),
            decides=case.claim.quantity.layers != "each" or row in rows,
        )
        for row, layer in enumerate(estimate.layers)
        if layer
    )


def over_windows(case: Case) -> tuple[WindowEffect, ...]:
    """Return the effect over each window, the one that decides among them."""
    names = windows(case.runs[0])
    if case.claim.window == "initialization":
        names = ("initialization", *names)
    return tuple(_over_window(case, name) for name in names)


def main_effect(case: Case) -> tuple[float | None, float | None, float | None]:
    """Return the effect, averaged over the seeds, and the ends of its plain 95 % interval; None where undefined."""
    return _mean(case, case.estimate, headline(case.claim, case.estimate))


def by_seed(case: Case) -> tuple[float | None, ...]:
    """Return the effect under each seed."""
    row = headline(case.claim, case.estimate)
    return tuple(natural(case.claim, float(effect)) for effect in case.estimate.effects[row])


def natural(claim: Claim, value: float) -> float | None:
    """Return a value of the claim's statistic in natural units, a ratio instead of its logarithm; None if undefined."""
    if not math.isfinite(value):
        return None
    # Beyond exp(700) a ratio leaves the range of floats.
    return math.exp(min(value, 700.0)) if COMPARISONS[claim.compare].log else float(value)


def _over_window(case: Case, name: str) -> WindowEffect:
    estimate, row = case.estimate_over(name), headline(case.claim, case.estimate)
    steps = [(first, end - 1) for first, end in estimate.steps if end > first]
    span = (min(first for first, _ in steps), max(last for _, last in steps)) if steps else None
    return WindowEffect(label(name, case.runs), span, *_mean(case, estimate, row), decides=name == case.claim.window)


def _mean(case: Case, estimate: Estimate, row: int) -> tuple[float | None, float | None, float | None]:
    low, high = _interval(case, estimate)
    effect, start, end = (natural(case.claim, float(values[row])) for values in (estimate.mean, low, high))
    return effect, start, end


def _interval(case: Case, estimate: Estimate) -> tuple[Array, Array]:
    """Return the plain 95 % intervals; none where the effects have two modes."""
    low, high = estimate.interval()
    return (np.full_like(low, np.nan), np.full_like(high, np.nan)) if case.unclear else (low, high)


def _side(claim: Claim, effect: float, low: float, high: float) -> Side | None:
    """Return where an effect lies with its interval, or by itself if it has none."""
    if math.isnan(effect):
        return None
    lower, upper = scaled_bounds(claim)
    start, end = (effect, effect) if math.isnan(low) or math.isnan(high) else (low, high)
    if lower < start and end < upper:
        return Side.WITHIN
    return Side.OUTSIDE if end < lower or start > upper else Side.ACROSS
