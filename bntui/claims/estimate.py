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
"""Largest share of incomparable steps (not finite, or the logarithm of zero) with which a claim is still decided."""


class Estimate(NamedTuple):
    """Effects (rows,) and their 95 % intervals, on the scale of the statistic: logarithms, for ratios.

    A row is a layer; where the claim is about the mean over layers, that comes first, with `layers[0]` = ''.
    `inner` are the 95 % intervals of single rows; `outer` are wider, 1 − 0.05 / rows each, so that all deciding rows
    together keep 95 % (Bonferroni). NaN where undefined.
    """

    layers: tuple[str, ...]
    effect: Array
    inner: tuple[Array, Array]
    outer: tuple[Array, Array]


def estimate_effect(claim: Claim, samples: Sequence[Sample]) -> Estimate:
    """Estimate the effect from one sample for each run; without intervals where data are insufficient."""
    layers = ("", *samples[0].layers) if claim.quantity.layers == "mean" else samples[0].layers
    effects = np.stack([_effect(claim, sample) for sample in samples], axis=-1)
    if insufficient_data(samples):
        return _without_interval(layers, effects)
    level = _outer_level(claim, layers)
    if len(samples) > 1:
        inner, outer = interval.over_seeds(effects), interval.over_seeds(effects, level)
    else:
        replicates, blocks = interval.block_bootstrap(samples[0].terms, partial(_statistic, claim))
        inner = interval.over_steps(effects[:, 0], replicates, blocks)
        outer = interval.over_steps(effects[:, 0], replicates, blocks, level)
    return Estimate(layers, effects.mean(axis=-1), inner, outer)


def insufficient_data(samples: Sequence[Sample]) -> str:
    """Return the reason why no interval can be given; '' if there is none."""
    need = ENOUGH if len(samples) == 1 else 1
    for sample in samples:
        if sample.measured < need:
            return f"too little data yet: {sample.measured} of {need} measurements"
        left_out = sample.measured - sample.size
        if left_out > TOLERATED * sample.measured or sample.size < need:
            return f"{left_out} of {sample.measured} measurements cannot be compared (not finite, or zero in a ratio)"
    return ""


def _effect(claim: Claim, sample: Sample) -> Array:
    if sample.size == 0:
        rows = len(sample.layers) + (claim.quantity.layers == "mean")
        return np.full(rows, np.nan)
    return _statistic(claim, sample.terms.mean(axis=-1))


def _statistic(claim: Claim, means: Array) -> Array:
    """Return the effects (rows, …) of means (terms, layers, …)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        effects = COMPARISONS[claim.compare].statistic(means)
        if claim.quantity.layers != "mean":
            return effects
        return np.concatenate([effects.mean(axis=0, keepdims=True), effects])


def _outer_level(claim: Claim, layers: Sequence[str]) -> float:
    rows = len(layers) if claim.quantity.layers == "each" else 1
    return 1 - (1 - LEVEL) / rows


def _without_interval(layers: tuple[str, ...], effects: Array) -> Estimate:
    undefined = np.full(len(layers), np.nan)
    return Estimate(layers, effects.mean(axis=-1), (undefined, undefined), (undefined, undefined))
