"""Samples: the values that a claim compares, paired step by step, from the curves of a run."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bntui.claims.claim import Claim, Compare, Quantity
from bntui.claims.equal_seconds import Timed, at_equal_seconds
from bntui.claims.equal_values import at_equal_values
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.window import Steps
from bntui.run.series.history import Key, Points

Array = npt.NDArray[np.float64]


class Comparison(NamedTuple):
    """A comparison of two variants in two stages.

    `prepare`: values (variants, layers, steps) → terms (terms, layers, steps), non-finite where the values cannot be
    compared. `statistic`: the terms' means over steps (terms, layers) → effects (layers,). `log` is true where the
    effect is the logarithm of a ratio.
    """

    prepare: Callable[[Array], Array]
    statistic: Callable[[Array], Array]
    log: bool = False


def _logs(values: Array) -> Array:
    return np.log(values[:1]) - np.log(values[1:])


def _distances(values: Array) -> Array:
    # The median of no values is undefined.
    return np.abs(values - np.median(values, axis=-1, keepdims=True)) if values.shape[-1] else values


def _log_deviations(values: Array) -> Array:
    """Return the standard deviation of the logarithms over each half of the variants, (2, layers, steps)."""
    return np.stack([half.std(axis=0) for half in np.split(np.log(values), 2)])


def _share(means: Array) -> Array:
    # Undefined where the second variant learned nothing.
    share: Array = means[0] / np.where(means[1] > 0, means[1], np.nan)
    return share


COMPARISONS: dict[Compare, Comparison] = {
    # mean(a − b)
    "difference": Comparison(lambda values: values[:1] - values[1:], lambda means: means[0]),
    # exp mean(ln a − ln b): every step has the same weight, whatever the size of its values
    "ratio": Comparison(_logs, lambda means: means[0], log=True),
    # mean|a − median a| / mean|b − median b|
    "spread": Comparison(_distances, lambda means: np.log(means[0]) - np.log(means[1]), log=True),
    # mean sd ln a / mean sd ln b, standard deviations over two sets of variants
    "spread across": Comparison(_log_deviations, lambda means: np.log(means[0]) - np.log(means[1]), log=True),
    # mean(a − chance) / mean(b − chance), not on a log scale, since a variant that learns nothing scatters about 0
    "share": Comparison(lambda values: values, _share),
    "value": Comparison(lambda values: values[:1], lambda means: means[0]),
}


class Sample(NamedTuple):
    """What one run measured of a claim's quantity: values (variants, layers, steps) at the `steps` that all share."""

    layers: tuple[str, ...]
    steps: npt.NDArray[np.int32]
    values: Array

    def over(self, window: Steps) -> Sample:
        """Return the part of the sample in a window."""
        first, end = np.searchsorted(self.steps, window)
        return Sample(self.layers, self.steps[first:end], self.values[..., first:end])

    def terms(self, comparison: Comparison) -> Array:
        """Return the terms (terms, layers, steps) of a comparison, at the steps where values can be compared."""
        values = _finite(self.values)
        with np.errstate(divide="ignore", invalid="ignore"):
            return _finite(comparison.prepare(values)) if values.shape[-1] else comparison.prepare(values)


def layers_of(run: MeasuredRun, quantity: Quantity) -> tuple[str, ...]:
    """Return the layers for which every column of the quantity is measured; ('',) for the whole network."""
    info = run.history.info
    layers, *others = (
        [column.layer for column in info.columns_of(quantity.probe) if column.name == name] for name in quantity.columns
    )
    first = info.layers[:1] if quantity.after_first else ()
    return tuple(layer for layer in layers if layer not in first and all(layer in other for other in others))


def sample(run: MeasuredRun, claim: Claim, variants: Sequence[str], until: int) -> Sample:
    """Return the claim's values at the steps before `until` at which all of the variants were measured."""
    quantity, layers = claim.quantity, layers_of(run, claim.quantity)
    if quantity.per_second:
        steps, values = at_equal_seconds([_timed(run, quantity, variant, until) for variant in variants])
        return Sample(layers, steps, values[:, None])
    curves = [
        _points(run, Key(variant, quantity.probe, name, layer), until)
        for variant in variants
        for name in quantity.columns
        for layer in layers
    ]
    if quantity.fails_at_divergence or claim.across:
        value = 0.0 if quantity.fails_at_divergence else math.log(max(run.history.info.classes, 1))
        curves = [_failed(run, until, curves, index, variant, value) for index, variant in enumerate(variants)]
    steps, aligned = _aligned(curves)
    values = aligned.reshape(len(variants), len(quantity.columns), len(layers), -1)
    if quantity.at_equal:
        steps, equal = at_equal_values(steps, values[:, 0, 0], values[:, -1, 0])
        return Sample(layers, steps, equal[:, None])
    compared = values[:, 0] - values[:, 1] if quantity.minus else values[:, 0]
    if claim.compare == "share":
        compared = compared - (run.history.info.chance or 0.0)
    return Sample(layers, steps, compared)


def _timed(run: MeasuredRun, quantity: Quantity, variant: str, until: int) -> Timed:
    points = _points(run, Key(variant, quantity.probe, quantity.name), until)
    failed = quantity.fails_at_divergence and run.ended.get(variant, until) < until
    return Timed(points, run.readings.times(variant), 0.0 if failed else None)


def _finite(values: Array) -> Array:
    finite = np.isfinite(values).all(axis=(0, 1))
    return values if finite.all() else values[..., finite]


def _points(run: MeasuredRun, key: Key, until: int) -> Points:
    points = run.history.points(key)
    return points.head(int(np.searchsorted(points.steps, min(until, run.ended.get(key.variant, until)))))


def _failed(run: MeasuredRun, until: int, curves: Sequence[Points], index: int, variant: str, value: float) -> Points:
    """Continue a diverged variant's curve with a value from its divergence on, at the steps of the other variants."""
    steps, values = curves[index].steps, curves[index].values
    if variant not in run.ended:
        return curves[index]
    others = np.concatenate([curve.steps for other, curve in enumerate(curves) if other != index])
    after = others[(others >= run.ended[variant]) & (others < until)]
    return Points(
        np.concatenate([steps, after]).astype(np.int32),
        np.concatenate([values, np.full(len(after), value, np.float32)]),
    )


def _aligned(curves: Sequence[Points]) -> tuple[npt.NDArray[np.int32], Array]:
    """Return the steps that curves share, and the values (curves, steps) there."""
    steps = curves[0].steps
    for curve in curves[1:]:
        if not np.array_equal(curve.steps, steps):
            steps = np.intersect1d(steps, curve.steps, assume_unique=True)
    rows = [
        curve.values if len(curve.steps) == len(steps) else curve.values[np.searchsorted(curve.steps, steps)]
        for curve in curves
    ]
    return steps, np.stack(rows).astype(np.float64)
