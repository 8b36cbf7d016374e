"""What one variant of a run came to, in one number each: the metrics that are shown against the keys of a sweep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bntui.number_format import MISSING, percent, significant
from bntui.run.series.history import Curves, Key, Points
from bntui.run.series.learning import final_mean
from bntui.spec import ExperimentSpec

REACHED = 0.9
"""The training accuracy that the metric `steps-to-90` waits for."""
REACHED_FOR = 10
"""The number of successive measurements whose mean must reach it: one batch alone scatters too much."""


@dataclass(frozen=True, slots=True)
class MeasuredVariant:
    """One variant of a run that is over; `diverged` is the step at which it diverged, or None."""

    name: str
    curves: Curves
    spec: ExperimentSpec
    diverged: int | None = None

    def points(self, probe: str, name: str) -> Points:
        """Return a curve of the whole network; no points where it was not measured."""
        return self.curves.points(Key(self.name, probe, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One number for each variant of a run.

    `of` returns it, or None where it was not measured or does not exist; `absent` says why where that is a result. A
    variant that diverged has no value but that of `diverged-at`: it is shown as diverged. `probe` and `name` are the
    column that must be measured, `text` formats a value, `log` is the scale that suits it, and `limits` are the ends of
    its range. A metric that only one `task` has needs networks that predict 'classes', or 'numbers'.
    """

    title: str
    note: str
    of: Callable[[MeasuredVariant], float | None]
    probe: str
    name: str
    text: Callable[[float | None], str]
    unit: str = ""
    log: bool = False
    limits: tuple[float, float] | None = None
    absent: str = ""
    task: str = ""
    of_diverged: bool = False

    def value(self, variant: MeasuredVariant) -> float | None:
        """Return the metric of a variant; None where it has none."""
        if (variant.diverged is not None) is not self.of_diverged:
            return None
        value = self.of(variant)
        return value if value is not None and np.isfinite(value) else None


def _final_loss(variant: MeasuredVariant) -> float | None:
    classifies = len(variant.points("train", "accuracy").values) > 0
    return None if classifies else final_mean(variant.points("train", "loss"))


def _mean_accuracy(variant: MeasuredVariant) -> float | None:
    values = variant.points("train", "accuracy").values
    return float(values.astype(np.float64).mean()) if len(values) else None


def _largest_beta(variant: MeasuredVariant) -> float | None:
    values = variant.points("smoothness", "beta").values
    # β is NaN where the gradient is zero.
    return float(np.nanmax(values)) if np.isfinite(values).any() else None


def _mean_sharpness(variant: MeasuredVariant) -> float | None:
    values = variant.points("sharpness", "lambda_max").values.astype(np.float64)
    positive = values[np.isfinite(values) & (values > 0)]
    return float(np.exp(np.log(positive).mean())) if len(positive) else None


def _steps_to_reach(variant: MeasuredVariant) -> float | None:
    accuracy = variant.points("train", "accuracy")
    if len(accuracy.values) < REACHED_FOR:
        return None
    sums = np.cumsum(np.concatenate([[0.0], accuracy.values.astype(np.float64)]))
    reached = (sums[REACHED_FOR:] - sums[:-REACHED_FOR]) / REACHED_FOR >= REACHED
    # The updates done before the last of these measurements.
    return float(accuracy.steps[REACHED_FOR - 1 + reached.argmax()]) if reached.any() else None


def _steps(value: float | None) -> str:
    return MISSING if value is None else f"{value:,.0f}"


METRICS: dict[str, Metric] = {
    "final-accuracy": Metric(
        title="final accuracy",
        note="training, mean of the last tenth of the run",
        of=lambda variant: final_mean(variant.points("train", "accuracy")),
        probe="train",
        name="accuracy",
        text=percent,
        limits=(0.0, 1.0),
        task="classes",
    ),
    "test-accuracy": Metric(
        title="test accuracy",
        note="the last one measured",
        of=lambda variant: variant.points("test", "accuracy").last,
        probe="test",
        name="accuracy",
        text=percent,
        limits=(0.0, 1.0),
        task="classes",
    ),
    "mean-accuracy": Metric(
        title="mean accuracy",
        note="training, mean of the whole run",
        of=_mean_accuracy,
        probe="train",
        name="accuracy",
        text=percent,
        limits=(0.0, 1.0),
        task="classes",
    ),
    "final-loss": Metric(
        title="final loss",
        note="training, mean of the last tenth of the run, of networks that predict numbers",
        of=_final_loss,
        probe="train",
        name="loss",
        text=significant,
        log=True,
        task="numbers",
    ),
    "test-error": Metric(
        title="test error",
        note="share of the targets' variance that is not explained, the last one measured",
        of=lambda variant: variant.points("test_error", "unexplained").last,
        probe="test_error",
        name="unexplained",
        text=significant,
        log=True,
        task="numbers",
    ),
    "risk-over-ridge": Metric(
        title="risk over ridge",
        note="of SGD, the least of the targets, at the largest number of samples",
        of=lambda variant: variant.points("excess_risk", "ratio").last,
        probe="excess_risk",
        name="ratio",
        text=significant,
        log=True,
        task="numbers",
    ),
    "largest-beta": Metric(
        title="largest β",
        note="effective smoothness, largest of the whole run",
        of=_largest_beta,
        probe="smoothness",
        name="beta",
        text=significant,
        log=True,
    ),
    "mean-sharpness": Metric(
        title="mean sharpness",
        note="largest eigenvalue of the Hessian, geometric mean of the whole run",
        of=_mean_sharpness,
        probe="sharpness",
        name="lambda_max",
        text=significant,
        log=True,
    ),
    "steps-to-90": Metric(
        title="steps to 90 %",
        note=f"training accuracy, mean of {REACHED_FOR} measurements",
        of=_steps_to_reach,
        probe="train",
        name="accuracy",
        text=_steps,
        unit="steps",
        absent="not reached",
        task="classes",
    ),
    "diverged-at": Metric(
        title="step of divergence",
        note="only what diverged has a point",
        of=lambda variant: None if variant.diverged is None else float(variant.diverged),
        probe="train",
        name="loss",
        text=_steps,
        unit="step",
        of_diverged=True,
    ),
}
"""Every metric by the name that the command line takes."""
