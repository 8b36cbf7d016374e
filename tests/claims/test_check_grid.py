"""Claims about a whole grid, on points made by hand."""

import pytest

from bntui.claims.check_grid import check_grid
from bntui.claims.result import Verdict
from bntui.sweep.results import VariantResult
from tests.sweep.made_points import MOMENTA, point, points

RATES = (0.001, 0.01, 0.1, 1.0, 10.0)


def grid(standard, bn, key="optimizer.lr", values=RATES, **others):
    """A point for each seed and value; texts of # and . say, seed by seed, with which values each variant learns."""
    return tuple(
        point(
            {key: value, **others},
            seed,
            {
                "standard": VariantResult({}, learned=standard[seed][index] == "#"),
                "bn": VariantResult({}, learned=bn[seed][index] == "#"),
            },
            ("standard", "bn"),
        )
        for seed in range(len(bn))
        for index, value in enumerate(values)
    )


def test_a_larger_rate_under_every_seed_supports_the_claim():
    (result,) = check_grid(grid(["##..."] * 3, ["####."] * 3))
    assert result.claim.id == "largest-lr" and result.variants == ("bn", "standard")
    assert result.verdict is Verdict.SUPPORTED
    assert result.effect == pytest.approx(100)
    assert result.resolution == pytest.approx((10, 1000)) == (result.low, result.high)
    assert (result.p, result.p_adjusted) == pytest.approx((0.0284, 0.0284), abs=4e-4)
    assert (result.seeds, result.family, result.note, result.missing) == ((0, 1, 2), 1, "", "")
    assert (result.learned["bn"][0].largest, result.learned["bn"][0].next) == (1.0, 10.0)


def test_one_step_is_within_the_grids_resolution():
    (result,) = check_grid(grid(["##..."] * 3, ["###.."] * 3))
    assert result.verdict is Verdict.UNDECIDED and result.low == pytest.approx(1.0)


def test_a_network_that_learns_at_the_grids_end_has_an_open_range():
    (result,) = check_grid(grid(["##..."] * 3, ["#####"] * 3))
    assert result.verdict is Verdict.SUPPORTED
    assert result.resolution == (pytest.approx(100), None) and result.high is None
    assert result.note == "bn learns with the grid's last value under 3 of 3 seeds: extend the grid"


def test_fewer_than_three_seeds_or_points_to_come_give_effects_only():
    made = grid(["##..."] * 3, ["####."] * 3)
    (two,) = check_grid([each for each in made if each.seed < 2])
    (one,) = check_grid([each for each in made if each.seed < 1])
    (waits,) = check_grid(made, waiting=4)
    assert [each.verdict for each in (one, two, waits)] == [Verdict.NONE] * 3
    assert [each.effect for each in (one, two, waits)] == [pytest.approx(100)] * 3
    assert two.p is waits.p is one.low is waits.low is None
    assert waits.note == "4 points of the sweep are not finished"


def test_a_seed_counts_once_all_of_its_values_are_finished():
    made = grid(["##..."] * 3, ["####."] * 3)
    (result,) = check_grid(made[:-1], waiting=1)
    assert result.seeds == (0, 1)
    (result,) = check_grid([each for each in made if each.setting["optimizer.lr"] != RATES[each.seed]], waiting=3)
    assert result.seeds == () and "every value of the grid is finished" in result.missing


def test_what_never_learns_and_gaps_are_told():
    (result,) = check_grid(grid([".....", "##...", "##..."], ["#.##.", "####.", "####."]))
    assert "standard learns with no value under 1 of 3 seeds" in result.note
    assert "bn fails with values between others that learn under 1 of 3 seeds" in result.note
    (nothing,) = check_grid(grid(["....."] * 3, ["....."] * 3))
    assert nothing.verdict is Verdict.NONE and nothing.effect is None
    assert nothing.note == "nothing learns with any value of the grid"


def test_each_setting_of_other_keys_is_checked_in_one_family():
    results = check_grid(points(momenta=MOMENTA))
    assert [result.group for result in results] == ["momentum=0.0", "momentum=0.5", "momentum=0.9"]
    assert {result.family for result in results} == {3}


def test_gains_are_compared_by_the_width_of_what_learns():
    gains = tuple(10.0**power for power in range(-3, 5))
    (result,) = check_grid(grid(["...#...."] * 3, [".######."] * 3, key="init.gain", values=gains))
    assert result.claim.id == "wider-gains" and result.effect == pytest.approx(1e5)
    assert result.resolution == pytest.approx((1e3, 1e7))
    assert result.verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    "made",
    [
        (),
        grid(["##..."] * 3, ["##..."] * 3, key="batch_size", values=(2, 4, 8, 16, 32)),
        grid(["##"] * 3, ["##"] * 3, values=(0.1, 1.0)),
        points(variants=("bn", "noisy")),
    ],
    ids=["nothing", "another key", "two values", "one variant"],
)
def test_where_no_claim_applies_there_is_no_result(made):
    assert check_grid(made) == ()


def test_regression_cannot_be_checked():
    made = tuple(
        point({"optimizer.lr": rate}, 0, dict.fromkeys(("standard", "bn"), VariantResult({})), ("standard", "bn"))
        for rate in RATES
    )
    (result,) = check_grid(made)
    assert result.missing and result.effect is None
