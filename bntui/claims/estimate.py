"""The effect that a claim is about, with its intervals: over the steps of one run, or over several seeds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from bntui.claims import interval
from bntui.claims.claim import Claim
from bntui.claims.interval import ENOUGH, LEVEL, Array
from bntui.claims.sample import COMPARISONS, Sample

TOLERATED = 0.1
"""The share of steps that may be beyond comparison (not finite, or the logarithm of zero) before nothing is decided."""


class Estimate(NamedTuple):
    """Effects (rows,) and their 95 % intervals, on the scale the statistic works on: logarithms, for ratios.

    A row is a layer; where the claim is about the mean over layers, that comes first, with `layers[0]` = ''.
    `outer` are wider intervals, which all rows that decide keep together: 1 − 0.05 / rows each (Bonferroni).
    NaN where there is none.
    """

    layers: tuple[str, ...]
    effect: Array
    inner: tuple[Array, Array]
    outer: tuple[Array, Array]


def estimate(claim: Claim, samples: Sequence[Sample]) -> Estimate:
    """From one sample a run; without intervals where `too_little` says why."""
    layers = ("", *samples[0].layers) if claim.quantity.layers == "mean" else samples[0].layers
    effects = np.stack([_effect(claim, one) for one in samples], axis=-1)
    if too_little(samples):
        return _without_interval(layers, effects)
    level = _outer_level(claim, layers)
    if len(samples) > 1:
        inner, outer = interval.over_seeds(effects), interval.over_seeds(effects, level)
    else:
        replicates, blocks = interval.block_bootstrap(samples[0].terms, partial(_statistic, claim))
        inner = interval.over_steps(effects[:, 0], replicates, blocks)
        outer = interval.over_steps(effects[:, 0], replicates, blocks, level)
    return Estimate(layers, effects.mean(axis=-1), inner, outer)


def too_little(samples: Sequence[Sample]) -> str:
    """Why no interval can be given; '' where it can."""
    need = ENOUGH if len(samples) == 1 else 1
    for one in samples:
        if one.seen < need:
            return f"too little data yet: {one.seen} of {need} measurements"
        left_out = one.seen - one.size
        if left_out > TOLERATED * one.seen or one.size < need:
            return f"{left_out} of {one.seen} measurements cannot be compared (not finite, or zero in a ratio)"
    return ""


def _effect(claim: Claim, one: Sample) -> Array:
    if one.size == 0:
        rows = len(one.layers) + (claim.quantity.layers == "mean")
        return np.full(rows, np.nan)
    return _statistic(claim, one.terms.mean(axis=-1))


def _statistic(claim: Claim, means: Array) -> Array:
    """(terms, layers, …) → (rows, …)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        effects = COMPARISONS[claim.compare].statistic(means)
        if claim.quantity.layers != "mean":
            return effects
        return np.concatenate([effects.mean(axis=0, keepdims=True), effects])


def _outer_level(claim: Claim, layers: Sequence[str]) -> float:
    rows = len(layers) if claim.quantity.layers == "each" else 1
    return 1 - (1 - LEVEL) / rows


def _without_interval(layers: tuple[str, ...], effects: Array) -> Estimate:
    none = np.full(len(layers), np.nan)
    return Estimate(layers, effects.mean(axis=-1), (none, none), (none, none))
