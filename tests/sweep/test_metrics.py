"""The metrics of a sweep, on curves made by hand."""

import numpy as np
import pytest

from bntui.records import Column, Measurement, RunInfo
from bntui.run.series.history import History
from bntui.spec import ExperimentSpec, VariantSpec
from bntui.sweep.metrics import METRICS, MeasuredVariant
from bntui.sweep.results import MeasuredPoint, offered, results, shown_first
from tests.declared_columns import declared_columns

COLUMNS = (
    Column("train", "loss"),
    Column("train", "accuracy"),
    Column("test", "accuracy"),
    Column("smoothness", "beta"),
    Column("sharpness", "lambda_max"),
)
REGRESSION = (Column("train", "loss"), Column("test_error", "unexplained"), Column("excess_risk", "ratio"))


def spec_of(variants=("bn",), steps=200, batch_size=64):
    variants = tuple(VariantSpec(name=each, kind=each) for each in variants)
    return ExperimentSpec(
        name="p", network="vgg-mini", dataset="digits", steps=steps, batch_size=batch_size, variants=variants
    )


def history_of(accuracy, beta=(), test=(), sharpness=(), variants=("bn",), classes=10):
    history = History(RunInfo(COLUMNS, variants, (), 200, 24, "digits", "cpu", "cpu", classes=classes))
    rows = [(step, "train", (1.0, value)) for step, value in enumerate(accuracy)]
    rows += [(25 * number, "smoothness", (value,)) for number, value in enumerate(beta)]
    rows += [(50 * number, "sharpness", (value,)) for number, value in enumerate(sharpness)]
    rows += [(100 * number, "test", (value,)) for number, value in enumerate(test)]
    history.extend(
        Measurement(step, variant, probe, values)
        for step, probe, values in sorted(rows, key=lambda row: row[0])
        for variant in variants
    )
    return history


def metrics_of(*, diverged=None, **curves):
    variant = MeasuredVariant("bn", history_of(**curves), spec_of(), diverged)
    return {name: metric.value(variant) for name, metric in METRICS.items()}


def test_every_metric_of_a_run_that_learns():
    rising = np.linspace(0, 1, 101)
    beta, sharpness = [3.0, float("nan"), 7.5, 2.0], [2.0, float("nan"), 8.0, -1.0]
    metrics = metrics_of(accuracy=rising, beta=beta, test=[0.1, 0.85], sharpness=sharpness)
    assert metrics["mean-accuracy"] == pytest.approx(0.5)
    assert metrics["final-accuracy"] == pytest.approx(rising[-11:].mean())
    assert metrics["test-accuracy"] == pytest.approx(0.85)
    assert metrics["largest-beta"] == 7.5
    assert metrics["mean-sharpness"] == pytest.approx(4.0)
    # The mean of steps 86 to 95 is the first of at least 0.9.
    assert metrics["steps-to-90"] == 95
    assert metrics["diverged-at"] is None


def test_a_variant_that_diverged_has_only_the_step_at_which_it_did():
    metrics = metrics_of(accuracy=[1.0] * 50, beta=[1.0], test=[1.0], diverged=42)
    assert {name: value for name, value in metrics.items() if value is not None} == {"diverged-at": 42.0}


@pytest.mark.parametrize("accuracy", [(), (0.5,), (float("nan"),) * 20, (0.2,) * 200])
def test_what_was_not_measured_or_not_reached_has_no_value(accuracy):
    metrics = metrics_of(accuracy=accuracy)
    assert metrics["steps-to-90"] is metrics["largest-beta"] is metrics["test-accuracy"] is None
    assert all(value is None or np.isfinite(value) for value in metrics.values())


def test_every_metric_names_a_column_that_its_probe_declares():
    declared = {(column.probe, column.name) for column in declared_columns(())}
    columns = {(column.probe, column.name) for column in COLUMNS + REGRESSION}
    assert {(metric.probe, metric.name) for metric in METRICS.values()} <= columns <= declared


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_metric_formats_its_values(metric):
    assert metric.text(None) == "–"
    assert metric.text(0.5) and metric.title and metric.note


def test_results_say_what_learned_and_what_diverged():
    spec = spec_of(("standard", "bn"))
    found = results(history_of([0.9] * 200, variants=("standard", "bn")), spec, {"standard": 57})
    assert (found["bn"].learned, found["bn"].diverged) == (True, None)
    assert (found["standard"].learned, found["standard"].diverged) == (False, 57)
    assert found["standard"].metrics == {"diverged-at": 57.0}


def regression() -> History:
    history = History(RunInfo(REGRESSION, ("bn",), (), 200, 24, "gaussian", "cpu", "cpu", classes=0))
    history.extend(Measurement(step, "bn", "train", (2.0 if step < 180 else 0.25,)) for step in range(200))
    history.extend(Measurement(200, "bn", *last) for last in (("test_error", (0.5,)), ("excess_risk", (4.0,))))
    return history


def test_regression_neither_learns_nor_fails_to():
    found = results(regression(), spec_of(), {})
    assert found["bn"].learned is None
    assert found["bn"].metrics == {"final-loss": 0.25, "test-error": 0.5, "risk-over-ridge": 4.0}


def test_the_metric_shown_first_is_one_that_was_measured():
    def points(history: History) -> list[MeasuredPoint]:
        return [MeasuredPoint({}, spec_of(), results(history, spec_of(), {}))]

    assert shown_first(points(regression())) == "final-loss"
    assert shown_first(points(regression()), "test-error") == "test-error"
    assert shown_first(points(history_of([0.5] * 20))) == shown_first([]) == "final-accuracy"
    assert {"final-loss", "largest-beta"} <= {*offered(points(regression()))} <= METRICS.keys() - {"final-accuracy"}
    assert (
        {"final-accuracy", "largest-beta"}
        <= {*offered(points(history_of([0.5] * 20)))}
        <= METRICS.keys() - {"final-loss"}
    )
    assert offered([]) == tuple(METRICS)
