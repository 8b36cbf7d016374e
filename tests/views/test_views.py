"""Every view, over every kind of history."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from bntui.records import Column, Measurement, RunInfo
from bntui.run.series.history import History, Key, Points
from bntui.views.band import Band
from bntui.views.chart import Chart
from bntui.views.focus import Focus
from bntui.views.heatmap import Heatmap
from bntui.views.lines import LineFigure
from bntui.views.matrix import Matrix
from bntui.views.profile import Profile
from bntui.views.smooth import trailing_mean
from bntui.views.variant_rows import rows
from bntui.views.view_catalogue import VIEWS
from tests.tui.fake_source import COLUMNS, LAYERS, TRAIN_COLUMNS, FakeSource

MANY_BINS = {f"bin_{number:02d}" for number in range(4, 100)}
SOME = ("", "conv1", "conv2")
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


@cache
def history_of(case):
    """Never extended by a test, so that all of them may share it."""
    return history(CASES[case], [column for column in COLUMNS if column.layer in SOME and column.name not in MANY_BINS])


def curves_of(figure):
    """Everything that a figure of any kind draws over the steps, by variant."""
    if isinstance(figure, Band):
        return [(span.variant, points.values) for span in figure.spans for points in (span.low, span.high)]
    if isinstance(figure, Heatmap):
        return [(raster.variant, points.values) for raster in figure.rasters for points in raster.rows]
    assert isinstance(figure, Chart)
    return [(series.variant, series.values) for series in figure.series]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("case", CASES)
def test_a_view_keeps_every_value(view, case):
    figure, values = VIEWS[view](history_of(case), FOCUS), np.array(CASES[case], np.float32)
    if isinstance(figure, LineFigure):
        found = [(line.variant, line.values) for line in figure.lines]
        values = np.repeat(values[-1:], len(figure.layers if isinstance(figure, Profile) else figure.axis.values))
    elif isinstance(figure, Matrix):
        found = [(image.variant, image.values.ravel()) for image in figure.images]
        values = np.repeat(values[-1:], len(figure.across.values) * len(figure.up.values))
    else:
        found = curves_of(figure)
    if view == "unit":
        # Of equal means and variances.
        with np.errstate(invalid="ignore"):
            deviation = np.sqrt(values)
            values = np.concatenate([values - deviation, values + deviation])
        ends = [drawn for _, drawn in found]
        found = [(name, np.concatenate(ends[at : at + 2])) for at, (name, _) in enumerate(found) if at % 2 == 0]
    assert list(dict.fromkeys(variant for variant, _ in found)) == ["standard", "bn"]
    for _, drawn in found:
        np.testing.assert_array_equal(drawn, values)
    assert figure.measured == bool(CASES[case])
    assert figure.title and figure.empty


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_draws_every_variant_once_in_the_order_of_the_run(view):
    figure = VIEWS[view](history([0.5]), FOCUS)
    parts = next(
        getattr(figure, name) for name in ("series", "spans", "rasters", "lines", "images") if hasattr(figure, name)
    )
    assert [part.style_index for part in parts] == [0, 1]


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_chart_says_how_to_measure_its_probe(view):
    chart = VIEWS[view](history(columns=()), FOCUS)
    assert not chart.measured
    assert "is not measured in this run; measure it with --set probes." in chart.empty


def test_a_network_without_hidden_layers_is_told_of_no_option_that_it_refuses():
    info = replace(history(columns=()).info, layers=(), default_every={"train": 1})
    assert VIEWS["drift"](History(info), Focus()).empty == "drift: this network has no hidden layers"
    assert "--set probes.train.every=1" in VIEWS["loss"](History(info), Focus()).empty


def test_activation_scale_falls_back_on_the_moments():
    columns = [column for column in COLUMNS if column.probe == "moments"]
    figure = VIEWS["scale"](history([4.0], columns), FOCUS)
    assert figure.measured and figure.layers == LAYERS
    np.testing.assert_array_equal(figure.lines[0].values, [2.0] * len(LAYERS))


def test_the_focused_layer_is_marked_where_layers_are_named():
    for view in ("drift_map", "scale", "gradients", "shift_by_layer", "cosine_by_layer"):
        assert VIEWS[view](history([1.0]), Focus("conv3")).marked == 2


def test_a_histogram_knows_its_edges():
    source = FakeSource()
    edges = [raster.edges for raster in VIEWS["distribution"](source.history, FOCUS).rasters]
    assert edges == [(-6.0, 6.0), (-12.0, 12.0), (-18.0, 18.0)]


def test_the_first_layers_shift_is_explained():
    assert "by definition" in VIEWS["shift"](history([0.0]), Focus("conv1")).note
    assert "by definition" not in VIEWS["shift"](history([0.0]), Focus("conv2")).note


@pytest.mark.parametrize("shared", [0, 1, 7])
def test_columns_of_one_measurement_may_be_of_different_lengths_while_it_is_written(shared):
    made = history([1.0] * shared)
    made.extend(
        [Measurement(shared, "bn", "smoothness", (0.5,)), Measurement(shared, "bn", "distribution", (0.5,) * 20)]
    )
    for view in ("landscape", "drift_map", "distribution", "shift_by_layer"):
        figure = VIEWS[view](made, FOCUS)
        if not isinstance(figure, Profile):
            assert {len(values) for variant, values in curves_of(figure) if variant == "bn"} == {shared}


@pytest.mark.parametrize(
    ("view", "focus", "expected"),
    [
        ("drift", FOCUS, "drift of conv1: first measured at step 5"),
        ("beta", FOCUS, "effective β: first measured at step 0"),
        ("test_accuracy", Focus(every={"test": 100}), "test accuracy: first measured at step 100"),
        ("test_accuracy", Focus(every={"test": 20_000}, step=450), "test accuracy: first measured at step 10,000"),
        ("drift", Focus(every={"moments": 20_000}, step=450), "drift: no values up to step 450"),
        ("theorem41", Focus(every={"theorem41": 25}, step=450), "theorem 4.1: no values up to step 450"),
        ("test_accuracy", Focus(every={"test": 1000}, step=450, over=True), "test accuracy: no values up to step 450"),
        ("scale", Focus(every={"scale": 10}, cursor=-1), "activation scale: first measured at step 0"),
    ],
)
def test_empty_charts_name_the_step_of_their_first_measurement(view, focus, expected):
    assert VIEWS[view](history(), focus).empty == expected


def test_diverged_variants_are_known_to_the_charts():
    source = FakeSource()
    chart = VIEWS["loss"](source.history, Focus(ended={"bn": 17}))
    assert [series.ended for series in chart.series] == [None, 17, None]


def test_trailing_mean_equals_the_plain_one():
    values = np.random.default_rng(0).normal(size=2000).astype(np.float32)
    for window in (1, 25, 700):
        means = trailing_mean(points_of(values), np.arange(2000), window)
        plain = [values[max(0, at - window + 1) : at + 1].mean(dtype=np.float64) for at in range(2000)]
        np.testing.assert_allclose(means, plain, rtol=1e-9, atol=1e-12)


def test_trailing_mean_counts_steps_not_points():
    means = trailing_mean(points_of([1.0, 2.0, 3.0, 4.0, 5.0], every=10), np.array([4]), 25)
    np.testing.assert_allclose(means, [4.0])


def test_trailing_mean_hides_no_divergence():
    means = trailing_mean(points_of([1.0, np.inf, np.nan, 3.0]), np.arange(4), 25)
    np.testing.assert_array_equal(means, [1.0, np.nan, np.nan, 2.0])


def test_rows_hold_the_newest_figures():
    source = FakeSource(done=430)
    first = rows(source.history, FOCUS)[0]
    accuracies = source.history.points(_key("standard", "train", "accuracy")).values
    assert first.variant == "standard"
    assert first.accuracy == pytest.approx(float(accuracies[-25:].mean()), rel=1e-6)
    assert first.loss == source.history.points(_key("standard", "train", "loss")).last
    assert first.beta == source.history.points(_key("standard", "smoothness", "beta")).last


def test_rows_and_profiles_are_those_at_the_cursor():
    made = history([1.0, 2.0, 3.0])
    at = Focus("conv1", cursor=1)
    assert rows(made, at)[0].loss == 2.0 and rows(made, at)[0].accuracy == 1.5
    assert VIEWS["scale"](made, at).lines[0].values.tolist() == [2.0] * len(LAYERS)
    assert "step 1" in VIEWS["scale"](made, at).note
    assert rows(made, Focus(cursor=-1))[0].loss is None


def test_rows_without_probes():
    (row, _) = rows(history(columns=TRAIN_COLUMNS), FOCUS)
    assert (row.loss, row.accuracy, row.test_accuracy, row.drift, row.beta) == (None,) * 5


def _key(*names):
    return Key(*names)


def points_of(values, every=1):
    return Points(np.arange(0, len(values) * every, every, dtype=np.int32), np.asarray(values, np.float32))


def test_a_unit_is_shown_as_mean_and_deviation_and_only_what_is_new_is_computed():
    made = history([4.0] * 3)
    mean = made.points(Key("bn", "moments", "unit_mean", "conv1"))
    first = VIEWS["unit"](made, FOCUS).spans[1]
    assert (first.low.values.tolist(), first.high.values.tolist()) == ([2.0] * 3, [6.0] * 3)
    np.testing.assert_array_equal(first.low.steps, mean.steps)
    count = len(made.info.columns_of("moments"))
    made.extend(
        [Measurement(3, "bn", "moments", (9.0,) * count), Measurement(4, "bn", "moments", (float("nan"),) * count)]
    )
    after = VIEWS["unit"](made, FOCUS).spans[1]
    np.testing.assert_array_equal(after.low.values, [2, 2, 2, 6, np.nan])
    assert after.low.block_summary is first.low.block_summary
    assert first.low.values.tolist() == [2.0] * 3


def test_a_network_that_predicts_numbers_has_no_accuracy_and_says_so():
    made = history([0.5], [Column("train", "loss"), Column("test", "loss")])
    assert "predicts numbers" in VIEWS["accuracy"](made, FOCUS).empty
    tested = VIEWS["test_accuracy"](made, FOCUS)
    assert (tested.title, tested.limits, tested.measured) == ("test loss", None, True)
