"""What is hidden and what is subtracted, and the values at a step."""

import numpy as np
import pytest

from bntui.records import Column, Measurement, RunInfo
from bntui.run.series.history import History, Key
from bntui.run.series.merged import MergedHistory
from bntui.views.band import Band
from bntui.views.chart import Chart
from bntui.views.cursor_values import cursor_values
from bntui.views.difference import difference
from bntui.views.focus import Focus
from bntui.views.heatmap import Heatmap
from bntui.views.lines import LineFigure
from bntui.views.matrix import Matrix
from bntui.views.selection import Differences, Selection, from_first, successive
from bntui.views.view_catalogue import VIEWS
from tests.tui.fake_source import LAYERS, VARIANTS, FakeSource

LOSS = Column("train", "loss")


def history_of(**curves):
    made = History(RunInfo((LOSS,), tuple(curves), (), 100, 10, "digits", "cpu", "cpu"))
    made.extend(
        Measurement(step, variant, "train", (value,)) for variant, values in curves.items() for step, value in values
    )
    return made


def test_a_selection_leaves_out_variants_and_layers_and_keeps_places():
    source = FakeSource()
    shown = Selection(source.history, ("bn", "noisy"), ("conv2", "fc1"))
    assert shown.info.variants == ("bn", "noisy") and shown.info.layers == ("conv2", "fc1")
    figure = VIEWS["drift_map"](shown, Focus("fc1"))
    assert [raster.style_index for raster in figure.rasters] == [1, 2]
    assert figure.labels == ("conv2", "fc1") and figure.marked == 1
    assert not len(shown.points(Key("standard", "train", "loss")).steps)
    assert shown.points(Key("standard", "train", "loss")).last is None
    assert shown.points(Key("bn", "train", "loss")).last == source.history.points(Key("bn", "train", "loss")).last


def test_pairs():
    assert successive(VARIANTS) == [("bn", "standard"), ("noisy", "bn")]
    assert from_first(VARIANTS) == [("bn", "standard"), ("noisy", "standard")]
    assert successive(("bn",)) == from_first(("bn",)) == []


def test_pairs_of_compared_groups_stay_in_their_group_or_keep_the_variant():
    names = ("x/a", "x/b", "y/a", "y/b")
    assert successive(names) == [("x/b", "x/a"), ("y/b", "y/a")]
    assert from_first(names) == [("y/a", "x/a"), ("y/b", "x/b")]
    assert successive(("x/a", "y/a", "z/a")) == [("y/a", "x/a"), ("z/a", "y/a")]
    assert from_first(("x/a", "y/b")) == [("y/b", "x/a")]


def test_differences_are_taken_at_the_steps_that_both_have():
    history = history_of(a=[(0, 1.0), (1, 2.0), (3, 4.0), (4, 9.0)], b=[(1, 0.5), (2, 7.0), (3, float("nan"))])
    differences = Differences(history, [("a", "b")])
    points = differences.points(Key("a − b", "train", "loss"))
    assert points.steps.tolist() == [1, 3]
    np.testing.assert_array_equal(points.values, [1.5, np.nan])
    assert differences.style_index("a − b") == 0 and differences.info.variants == ("a − b",)


def of_seeds(**by_seed):
    """Return a group of runs, each with the given curves."""
    group = {}
    for name, curves in by_seed.items():
        group[int(name[1:])] = history_of(**curves)
        group[int(name[1:])].over = True
    return group


def test_differences_are_taken_seed_by_seed_then_averaged():
    group = of_seeds(s0={"a": [(0, 1.0)], "b": [(0, 0.5)]}, s1={"a": [(0, 11.0)], "b": [(0, 10.0)]})
    differences, key = Differences(MergedHistory({"": group}), [("a", "b")]), Key("a − b", "train", "loss")
    assert {seed: points.last for seed, points in differences.seeds(key).items()} == {0: 0.5, 1: 1.0}
    points = differences.points(key)
    assert points.values.tolist() == [0.75]
    # Seeds lie far apart, and their differences close together.
    assert float(points.spread.high.values[0]) == pytest.approx(0.75 + 12.706 * 0.25, rel=1e-4)


def test_differences_between_groups_use_the_seeds_of_both():
    groups = {
        "x": of_seeds(s0={"a": [(0, 1.0)]}, s1={"a": [(0, 2.0)]}, s2={"a": [(0, 9.0)]}),
        "y": of_seeds(s1={"a": [(0, 1.0)]}, s2={"a": [(0, 7.0)]}),
        "z": of_seeds(s8={"a": [(0, 1.0)]}),
    }
    differences = Differences(MergedHistory(groups), [("x/a", "y/a"), ("x/a", "z/a")])
    assert differences.points(Key("x/a − y/a", "train", "loss")).values.tolist() == [1.5]
    # Without a shared seed, of the means.
    unpaired = differences.points(Key("x/a − z/a", "train", "loss"))
    assert (unpaired.values.tolist(), unpaired.spread) == ([3.0], None)


def test_differences_grow_with_the_run_and_equal_those_taken_at_once():
    numbers = np.random.default_rng(0)
    curves = {name: np.sort(numbers.choice(400, 250, replace=False)) for name in ("a", "b")}
    values = {name: numbers.normal(size=400).astype(np.float32) for name in curves}
    key, growing = Key("a − b", "train", "loss"), history_of(a=[], b=[])
    differences = Differences(growing, [("a", "b")])
    waiting: dict[str, list[Measurement]] = {name: [] for name in curves}
    for step in range(400):
        for name, measurements in waiting.items():
            if step in curves[name]:
                measurements.append(Measurement(step, name, "train", (float(values[name][step]),)))
            # Variants train side by side: each gets ahead of the other at times.
            if numbers.random() < 0.2 or step == 399:
                growing.extend(measurements)
                measurements.clear()
        if step % 7 == 0:
            differences.points(key)
    whole = Differences(growing, [("a", "b")]).points(key)
    shared = np.intersect1d(*curves.values())
    np.testing.assert_array_equal(whole.steps, shared)
    np.testing.assert_array_equal(whole.values, values["a"][shared] - values["b"][shared])
    np.testing.assert_array_equal(differences.points(key).values, whole.values)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_differences(view):
    source, focus = FakeSource(), Focus("conv2")
    differences = Differences(source.history, successive(VARIANTS))
    plain = VIEWS[view](source.history, focus)
    figure = difference(VIEWS[view], source.history, differences, focus)
    assert figure.measured
    if view in ("distribution", "unit"):
        assert type(figure) is type(plain) and figure.title == plain.title
        return
    assert figure.title.startswith("Δ ") and not figure.log and figure.limits is None
    if isinstance(plain, LineFigure):
        _, bn, noisy = (line.values for line in plain.lines)
        np.testing.assert_array_equal(figure.lines[-1].values, noisy - bn)
        return
    if isinstance(plain, Matrix):
        _, bn, noisy = (image.values for image in plain.images)
        np.testing.assert_array_equal(figure.images[-1].values, noisy - bn)
        return
    if isinstance(plain, Heatmap):
        _, bn, noisy = (raster.rows[0].values for raster in plain.rasters)
        np.testing.assert_array_equal(figure.rasters[-1].rows[0].values, noisy - bn)
        assert figure.diverging
        return
    last = figure.series[-1]
    assert (last.variant, last.style_index) == ("noisy − bn", 2)
    if isinstance(plain, Chart):
        _, bn, noisy = (series.values for series in plain.series)
        np.testing.assert_array_equal(last.values, noisy - bn)
    if isinstance(plain, Band):
        _, bn, noisy = (span.high.values - span.low.values for span in plain.spans)
        np.testing.assert_allclose(last.values, noisy - bn, rtol=1e-4, atol=1e-5)


IDENTITIES = (
    "theorem41",
    "theorem41_by_layer",
    "theorem42",
    "theorem42_by_layer",
    "inner_product_error",
    "squared_norm_error",
    "orthogonal_error",
)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_can_be_read_at_a_step(view):
    source = FakeSource()
    figure = VIEWS[view](source.history, Focus("conv2", cursor=107))
    readings = cursor_values(figure, 107)
    # The identities are BatchNorm's; a map without a marked row is no number.
    unread = isinstance(figure, Heatmap) and figure.marked is None
    read = () if unread else dict.fromkeys(IDENTITIES, VARIANTS[1:]).get(view, VARIANTS)
    assert [each.variant for each in readings] == list(read)
    assert all(each.step <= 107 for each in readings)


def test_a_reading_is_the_last_value_measured_by_then_and_its_mean():
    source = FakeSource()
    loss = source.history.points(Key("bn", "train", "loss"))
    reading = cursor_values(VIEWS["loss"](source.history, Focus()), 57, 25)[1]
    assert reading.values == (float(loss.values[57]),) and reading.step == 57
    assert reading.smoothed == pytest.approx(float(loss.values[33:58].mean()))
    beta = source.history.points(Key("bn", "smoothness", "beta"))
    reading = cursor_values(VIEWS["beta"](source.history, Focus()), 57)[1]
    assert (reading.step, reading.values) == (50, (float(beta.values[2]),))
    low = source.history.points(Key("noisy", "smoothness", "loss_min"))
    assert cursor_values(VIEWS["landscape"](source.history, Focus()), 57)[2].values[0] == float(low.values[2])
    drift = source.history.points(Key("bn", "moments", "mean_drift", LAYERS[3]))
    map_reading = cursor_values(VIEWS["drift_map"](source.history, Focus(LAYERS[3])), 40)[1]
    assert map_reading.values == (float(drift.values[7]),)
    assert cursor_values(VIEWS["beta"](source.history, Focus()), -1) == []
