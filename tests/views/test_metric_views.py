"""Metrics against swept keys, as figures: every metric, over sweeps of every kind."""

import math

import numpy as np
import pytest

from bntui.sweep.metrics import METRICS
from bntui.sweep.results import VariantResult
from bntui.views.metric_curves import metric_curves
from bntui.views.metric_grid import metric_grid
from bntui.views.metric_spot import mark_above, spot
from bntui.views.swept_key import swept_key, swept_keys, value_text
from bntui.views.variant_mark import ABSENT, DIVERGED
from tests.sweep.made_points import MOMENTA, RATES, VARIANTS, point, points

NAN = VariantResult({}, learned=None)
CASES = {
    "none": (),
    "one": points(rates=RATES[:1], seeds=(0,)),
    "nothing-measured": tuple(point({"optimizer.lr": rate}, 0, {"bn": NAN}) for rate in RATES),
    "all-diverged": points(rates=(50.0, 100.0)),
    "names": tuple(point({"network": name}, 0, {"bn": NAN}) for name in ("vgg", "vgg-mini")),
    "full": points(momenta=MOMENTA),
}


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("case", CASES)
def test_every_metric_of_every_sweep(case, metric):
    keys = swept_keys(CASES[case]) or (swept_key("optimizer.lr", []),)
    curves = metric_curves(CASES[case], metric, keys[0], {})
    grid = metric_grid(CASES[case], metric, keys[0], keys[-1], {})
    for figure in (curves, grid):
        assert figure.title and figure.empty
        assert figure.measured == any(each and (each.count or mark_above(each, metric)) for each in figure.spots)
    assert curves.measured <= bool(CASES[case])
    assert [len(line.spots) for line in curves.lines] == [len(keys[0].values)] * len(curves.lines)


def test_a_spot_is_the_mean_over_seeds_with_its_t_interval():
    results = [VariantResult({"final-accuracy": value}, learned=value > 0.5) for value in (0.4, 0.6, 0.8)]
    found = spot([point({}, seed, {"bn": each}) for seed, each in enumerate(results)], "bn", "final-accuracy")
    assert found.mean == pytest.approx(0.6)
    assert found.half_width == pytest.approx(4.302653 * 0.2 / math.sqrt(3))
    assert (found.count, found.seeds, found.learned, found.diverged, found.absent) == (3, 3, 2, 0, 0)


def test_one_seed_has_no_interval_and_no_point_no_spot():
    alone = spot([point({}, 0, {"bn": VariantResult({"final-accuracy": 0.5})})], "bn", "final-accuracy")
    assert alone.mean == 0.5 and math.isnan(alone.half_width) and alone.learned is None
    assert spot([], "bn", "final-accuracy") is None
    assert spot([point({}, 0, {"bn": NAN})], "noisy", "final-accuracy") is None


def test_what_diverged_is_marked_beside_the_mean_of_the_others():
    results = [VariantResult({"diverged-at": 9.0}, 9, False), VariantResult({"final-accuracy": 0.9}, learned=True)]
    seeds = [point({}, seed, {"bn": each}) for seed, each in enumerate(results)]
    found = spot(seeds, "bn", "final-accuracy")
    assert (found.mean, found.count, found.diverged, found.learned) == (pytest.approx(0.9), 1, 1, 1)
    assert mark_above(found, "final-accuracy") == DIVERGED
    assert mark_above(spot(seeds, "bn", "diverged-at"), "diverged-at") == ""


def test_what_never_reached_its_goal_is_marked_and_what_was_not_measured_is_not():
    slow = spot([point({}, 0, {"bn": VariantResult({"final-accuracy": 0.5}, learned=True)})], "bn", "steps-to-90")
    assert mark_above(slow, "steps-to-90") == ABSENT
    assert mark_above(spot([point({}, 0, {"bn": NAN})], "bn", "test-accuracy"), "test-accuracy") == ""


def test_keys_are_held_at_a_value_and_variants_hidden():
    lr, momentum = swept_keys(CASES["full"])
    held = metric_curves(CASES["full"], "final-accuracy", lr, {momentum.key: 0.9}, hidden=("bn",))
    assert [(line.variant, line.style_index) for line in held.lines] == [("standard", 0), ("noisy", 2)]
    assert held.note.startswith("momentum 0.9, ")
    assert {each.seeds for each in held.spots} == {3}
    # Without a value to hold it at, a key is averaged over.
    assert {each.seeds for each in metric_curves(CASES["full"], "final-accuracy", lr, {}).spots} == {9}


def test_a_map_has_the_largest_number_at_the_top():
    lr, momentum = swept_keys(CASES["full"])
    rows = metric_grid(CASES["full"], "final-accuracy", lr, momentum, {}).maps[0].rows
    assert (len(rows), len(rows[0])) == (len(MOMENTA), len(RATES))
    assert rows[0][-1].diverged == 3 and rows[-1][0].diverged == 0


@pytest.mark.parametrize(
    ("values", "log", "places"),
    [
        (RATES, True, np.log10(RATES)),
        ((2, 4, 8, 128), True, np.log10([2, 4, 8, 128])),
        ((0.3, 0.03, 0.1), True, np.log10([0.03, 0.1, 0.3])),
        ((10, 20, 30), False, [10, 20, 30]),
        ((0.0, 0.5, 0.9), False, [0, 0.5, 0.9]),
        ((0.1, 1.0), True, [-1, 0]),
        ((1, 2), False, [1, 2]),
        ((0.1,), False, [0.1]),
        (("vgg", "blog-cnn"), False, [0, 1]),
        ((True, False), False, [0, 1]),
        ((), False, []),
    ],
)
def test_values_are_placed_on_their_own_scale(values, log, places):
    key = swept_key("a.b", values)
    assert key.log is log and key.name == "b"
    np.testing.assert_allclose(key.places, places)


def test_keys_that_end_alike_have_longer_names():
    keys = ("probes.test.every", "probes.smoothness.every", "optimizer.lr")
    made = [point(dict.fromkeys(keys, value), 0, {}) for value in (1, 2)]
    assert [key.name for key in swept_keys(made)] == ["test.every", "smoothness.every", "lr"]


def test_values_as_text():
    shown = [value_text(value) for value in (0.1, 1e-5, 128, True, "vgg", [0.5, 1.0], {"kind": "x" * 30})]
    assert shown[:6] == ["0.1", "1.0e−5", "128", "true", "vgg", "[0.5, 1.0]"]
    assert len(shown[6]) == 24


def test_all_variants_of_all_points_are_drawn():
    assert [
        line.variant for line in metric_curves(CASES["full"], "final-accuracy", swept_keys(CASES["full"])[0], {}).lines
    ] == list(VARIANTS)
