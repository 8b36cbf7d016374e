"""The effect that a claim is about, under each seed: over the window that decides, and over others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bntui.claims.claim import Claim
from bntui.claims.paired_t import ENOUGH, Array, interval
from bntui.claims.sample import COMPARISONS, Sample
from bntui.claims.window import Steps

TOLERATED = 0.1
"""Largest share of incomparable steps (not finite, or the logarithm of zero) with which a claim is still decided."""

FEWEST = 4
"""Measurements under each seed with which a claim is decided: one in each quarter of a run that is measured evenly.
What was measured at the first step alone says nothing about a whole training, but all about its start."""


class Estimate(NamedTuple):
    """The effect over one window: `effects` (rows, seeds) on the scale of the statistic, logarithms for ratios.

    A row is a layer; where the claim is about the mean over layers, that comes first, with `layers[0]` = ''. NaN where
    undefined. `steps` is the window under each seed, `left_out` the number of measurements that cannot be compared,
    of `measured` under all seeds. `insufficient` is the reason why these decide nothing, '' if there is none.
    """

    layers: tuple[str, ...]
    effects: Array
    steps: tuple[Steps, ...]
    left_out: int
    measured: int
    insufficient: str

    @property
    def mean(self) -> Array:
        """The effects (rows,), averaged over the seeds."""
        mean: Array = self.effects.mean(axis=-1)
        return mean

    def interval(self) -> tuple[Array, Array]:
        """Return the plain 95 % intervals (rows,); NaN where undefined, and with fewer than three seeds."""
        if self.effects.shape[-1] < ENOUGH or self.insufficient:
            undefined = np.full(len(self.layers), np.nan)
            return undefined, undefined
        return interval(self.effects)


def deciding(claim: Claim, layers: Sequence[str]) -> list[int]:
    """Return the rows that decide: the first one, or for a claim about each layer those its source speaks of."""
    if claim.quantity.layers != "each":
        return [0]
    named = [row for row, layer in enumerate(layers) if layer.startswith(claim.quantity.deciding)]
    return named or list(range(len(layers)))


def scaled_bounds(claim: Claim) -> tuple[float, float]:
    """Return the claim's bounds on the scale of its statistic."""
    if not COMPARISONS[claim.compare].log:
        return claim.bounds
    low, high = (math.log(bound) if bound > 0 else -math.inf for bound in claim.bounds)
    return low, high


def estimate(claim: Claim, samples: Sequence[Sample], steps: Sequence[Steps]) -> Estimate:
    """Estimate the effect from a sample of each run and the steps of its window."""
    within = [sample.over(window) for sample, window in zip(samples, steps, strict=True)]
    terms = [sample.terms(COMPARISONS[claim.compare]) for sample in within]
    sizes = [(len(sample.steps), of_sample.shape[-1]) for sample, of_sample in zip(within, terms, strict=True)]
    layers = samples[0].layers
    fewest = 1 if claim.single or claim.window == "initialization" else FEWEST
    return Estimate(
        layers=("", *layers) if claim.quantity.layers == "mean" else layers,
        effects=np.stack([_effects(claim, of_sample) for of_sample in terms], axis=-1),
        steps=tuple(steps),
        left_out=sum(measured - compared for measured, compared in sizes),
        measured=sum(measured for measured, _ in sizes),
        insufficient=next(filter(None, (_insufficient(*size, fewest) for size in sizes)), ""),
    )


def _effects(claim: Claim, terms: Array) -> Array:
    """Return the effects (rows,) of one run's terms (terms, layers, steps)."""
    means = terms.mean(axis=-1) if terms.shape[-1] else np.full(terms.shape[:-1], np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        effects = COMPARISONS[claim.compare].statistic(means)
    return np.concatenate([effects.mean(keepdims=True), effects]) if claim.quantity.layers == "mean" else effects


def _insufficient(measured: int, compared: int, fewest: int) -> str:
    if measured < fewest:
        return f"only {measured} of {fewest} measurements" if measured else "nothing measured yet"
    if measured - compared > TOLERATED * measured:
        left_out = f"{measured - compared} of {measured} measurements"
        return f"{left_out} cannot be compared (not finite, or zero in a ratio)"
    return ""
