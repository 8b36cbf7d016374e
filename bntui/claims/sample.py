"""From a run's curves to the paired values, step by step, that one claim is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bntui.claims.claim import Claim, Compare, Quantity
from bntui.claims.measured_run import Run
from bntui.run.series.history import Key, Points

Array = npt.NDArray[np.float64]


class Comparison(NamedTuple):
    """How two variants are compared, in two steps, so that steps can be drawn again in between.

    `prepare`: values (variants, layers, steps) → terms (terms, layers, steps), non-finite where there is nothing
    to compare. `statistic`: the terms' means over steps (terms, layers, …) → effects (layers, …). `log`: the effect
    is the logarithm of a ratio.
    """

    prepare: Callable[[Array], Array]
    statistic: Callable[[Array], Array]
    log: bool = False


def _logs(values: Array) -> Array:
    return np.log(values[:1]) - np.log(values[1:])


def _distances(values: Array) -> Array:
    # Of no steps there is no median, and no distance from it.
    return np.abs(values - np.median(values, axis=-1, keepdims=True)) if values.shape[-1] else values


def _share(means: Array) -> Array:
    # A share of nothing, or of less, has no meaning.
    share: Array = means[0] / np.where(means[1] > 0, means[1], np.nan)
    return share


COMPARISONS: dict[Compare, Comparison] = {
    # mean(a − b)
    "difference": Comparison(lambda values: values[:1] - values[1:], lambda means: means[0]),
    # exp mean(ln a − ln b): every step counts alike, however large the values are there
    "ratio": Comparison(_logs, lambda means: means[0], log=True),
    # mean|a − median a| / mean|b − median b|
    "spread": Comparison(_distances, lambda means: np.log(means[0]) - np.log(means[1]), log=True),
    # mean(a − chance) / mean(b − chance)
    "share": Comparison(lambda values: values, _share),
    "value": Comparison(lambda values: values[:1], lambda means: means[0]),
}


class Sample(NamedTuple):
    """What one run has to say: terms (terms, layers, steps), of `seen` steps those that can be compared."""

    layers: tuple[str, ...]
    terms: Array
    seen: int

    @property
    def size(self) -> int:
        """Steps that can be compared."""
        return int(self.terms.shape[-1])


def layers_of(run: Run, quantity: Quantity) -> tuple[str, ...]:
    """The layers for which every column of the quantity is measured; ('',) for the whole network."""
    info = run.history.info
    named = [
        [column.layer for column in info.columns_of(quantity.probe) if column.name == name] for name in quantity.columns
    ]
    first = info.layers[:1] if quantity.after_first else ()
    return tuple(layer for layer in named[0] if layer not in first and all(layer in each for each in named))


def sample(run: Run, claim: Claim, variants: Sequence[str], until: int) -> Sample:
    """The claim's terms at the steps before `until` at which all of the variants were measured."""
    quantity, layers = claim.quantity, layers_of(run, claim.quantity)
    curves = [
        _points(run, Key(variant, quantity.probe, name, layer), until)
        for variant in variants
        for name in quantity.columns
        for layer in layers
    ]
    if quantity.fails_at_divergence:
        curves = [_failed(run, until, curves, at, variant) for at, variant in enumerate(variants)]
    values = _aligned(curves).reshape(len(variants), len(quantity.columns), len(layers), -1)
    compared = values[:, 0] - values[:, 1] if quantity.minus else values[:, 0]
    if claim.compare == "share":
        compared = compared - (run.chance or 0.0)
    return Sample(layers, _terms(compared, COMPARISONS[claim.compare]), values.shape[-1])


def _terms(values: Array, comparison: Comparison) -> Array:
    values = _finite(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _finite(comparison.prepare(values)) if values.shape[-1] else comparison.prepare(values)


def _finite(values: Array) -> Array:
    kept = np.isfinite(values).all(axis=(0, 1))
    return values if kept.all() else values[..., kept]


def _points(run: Run, key: Key, until: int) -> Points:
    points = run.history.points(key)
    return points.head(int(np.searchsorted(points.steps, min(until, run.ended.get(key.variant, until)))))


def _failed(run: Run, until: int, curves: Sequence[Points], at: int, variant: str) -> Points:
    """A diverged variant's accuracy, 0 from its divergence on, at the steps of the variants it is compared with."""
    steps, values = curves[at].steps, curves[at].values
    if variant not in run.ended:
        return curves[at]
    others = np.concatenate([other.steps for index, other in enumerate(curves) if index != at])
    after = others[(others >= run.ended[variant]) & (others < until)]
    return Points(np.concatenate([steps, after]), np.concatenate([values, np.zeros(len(after), np.float32)]))


def _aligned(curves: Sequence[Points]) -> Array:
    """The curves (curves, steps) at the steps that they share."""
    steps = curves[0].steps
    for curve in curves[1:]:
        if not np.array_equal(curve.steps, steps):
            steps = np.intersect1d(steps, curve.steps, assume_unique=True)
    rows = [
        curve.values if len(curve.steps) == len(steps) else curve.values[np.searchsorted(curve.steps, steps)]
        for curve in curves
    ]
    return np.stack(rows).astype(np.float64)
