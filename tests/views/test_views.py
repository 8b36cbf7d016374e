"""Every view, over every kind of history."""

import numpy as np
import pytest

from bntui.records import Measurement, RunInfo
from bntui.run.history import History
from bntui.views import VIEWS, Focus, rows
from bntui.views.smooth import trailing_mean
from tests.tui.fake_feed import COLUMNS, LAYERS, FakeFeed

FOCUS = Focus("conv1", {"moments": 5, "smoothness": 25})


def history(values=(), columns=COLUMNS, variants=("standard", "bn")):
    made = History(RunInfo(columns, variants, LAYERS, 10_000, 24, "digits", "cpu", "cpu"))
    probes = {column.probe for column in columns}
    made.extend(
        Measurement(step, variant, probe, (float(value),) * len(made.info.columns_of(probe)))
        for step, value in enumerate(values)
        for variant in variants
        for probe in probes
    )
    return made


CASES = {
    "none": [],
    "one": [0.5],
    "nan": [0.5, float("nan"), 0.25],
    "infinite": [0.5, float("inf"), float("-inf")],
    "constant": [1.0] * 50,
    "long": list(np.linspace(2, 0, 10_000)),
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("case", CASES)
def test_a_view_keeps_every_value(view, case):
    chart = VIEWS[view](history(CASES[case]), FOCUS)
    assert [series.variant for series in chart.series] == ["standard", "bn"]
    for series in chart.series:
        np.testing.assert_array_equal(series.values, np.array(CASES[case], np.float32))
    assert chart.measured == bool(CASES[case])
    assert chart.title and chart.empty


@pytest.mark.parametrize("view", VIEWS)
def test_a_probe_that_is_off_is_said(view):
    chart = VIEWS[view](history(columns=()), FOCUS)
    assert not chart.measured
    assert "not measured in this run" in chart.empty


def test_empty_charts_say_when_they_begin():
    assert VIEWS["drift"](history(), FOCUS).empty == "drift of conv1 at step 5"
    assert VIEWS["beta"](history(), FOCUS).empty == "β at step 0"


def test_diverged_variants_are_known_to_the_charts():
    feed = FakeFeed()
    chart = VIEWS["loss"](feed.history, Focus(ended={"bn": 17}))
    assert [series.ended for series in chart.series] == [None, 17, None]


def test_trailing_mean_equals_the_plain_one():
    values = np.random.default_rng(0).normal(size=200)
    steps = np.arange(200, dtype=np.int32)
    means = trailing_mean(steps, values, np.arange(200), 25)
    np.testing.assert_allclose(means, [values[max(0, at - 24) : at + 1].mean() for at in range(200)])


def test_trailing_mean_counts_steps_not_points():
    steps = np.array([0, 10, 20, 30, 40], np.int32)
    means = trailing_mean(steps, np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([4]), 25)
    np.testing.assert_allclose(means, [4.0])


def test_trailing_mean_hides_no_divergence():
    steps = np.arange(4, dtype=np.int32)
    values = np.array([1.0, np.inf, np.nan, 3.0])
    np.testing.assert_array_equal(trailing_mean(steps, values, np.arange(4), 25), [1.0, np.nan, np.nan, 2.0])


def test_rows_hold_the_newest_figures():
    feed = FakeFeed(done=430)
    first = rows(feed.history, FOCUS)[0]
    accuracies = feed.history.points(_key("standard", "train", "accuracy")).values
    assert first.variant == "standard"
    assert first.accuracy == pytest.approx(float(accuracies[-25:].mean()), rel=1e-6)
    assert first.loss == feed.history.last(_key("standard", "train", "loss"))
    assert first.beta == feed.history.last(_key("standard", "smoothness", "beta"))


def test_rows_without_probes():
    (row, _) = rows(history(columns=COLUMNS[:2]), FOCUS)
    assert (row.loss, row.accuracy, row.test_accuracy, row.drift, row.beta) == (None,) * 5


def _key(*names):
    from bntui.run.history import Key

    return Key(*names)
