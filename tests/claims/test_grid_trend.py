"""Claims about the trend of a metric over a grid, on points made by hand."""

from __future__ import annotations

from dataclasses import replace
from math import log

import pytest

from bntui.claims.check_grid import check_grid
from bntui.claims.grid_report import text
from bntui.claims.result import Verdict
from bntui.claims.threshold import trend
from bntui.sweep.results import MeasuredPoint, VariantResult
from tests.sweep.made_points import point

DEPTHS = (1, 2, 4, 8)


def grid(*exponents: float, seeds: int = 3, key: str = "network.depth") -> tuple[MeasuredPoint, ...]:
    """Return points at which the plain network's sharpness is depth^exponent, an exponent for each seed, and BN's 3."""
    return tuple(
        point(
            {key: depth},
            seed,
            {
                "standard": VariantResult({"mean-sharpness": 5 * depth ** exponents[seed]}),
                "bn": VariantResult({"mean-sharpness": 3.0}),
            },
            ("standard", "bn"),
        )
        for seed in range(seeds)
        for depth in DEPTHS
    )


def test_the_trend_is_the_growth_of_the_ratio_where_the_key_doubles() -> None:
    depths = [log(depth) for depth in DEPTHS]
    assert trend(depths, [7 * depth**1.5 for depth in DEPTHS], [2 * depth**0.5 for depth in DEPTHS]).low == (
        pytest.approx(log(2))
    )


def test_a_ratio_that_grows_under_every_seed_supports_the_claim() -> None:
    (result,) = check_grid(grid(1.0, 1.1, 0.9))
    assert (result.claim.id, result.variants, result.key) == (
        "smoother-in-depth",
        ("standard", "bn"),
        "network.depth",
    )
    assert result.verdict is Verdict.SUPPORTED
    assert result.effect == pytest.approx(2.0)
    assert result.low is not None and 1 < result.low < 2
    assert (result.resolution, result.learned, result.note) == ((None, None), {}, "")
    assert "smoother-in-depth" in text([result])


def test_a_ratio_that_falls_contradicts_it_and_one_of_either_sign_decides_nothing() -> None:
    assert check_grid(grid(-1.0, -1.1, -0.9))[0].verdict is Verdict.CONTRADICTED
    assert check_grid(grid(-1.0, 1.1, -0.1))[0].verdict is Verdict.UNDECIDED


def test_values_with_which_a_network_does_not_learn_are_left_out() -> None:
    def failing(made: MeasuredPoint, *depths: int) -> MeasuredPoint:
        results = {
            name: replace(result, learned=made.setting["network.depth"] not in depths)
            for name, result in made.variants.items()
        }
        return replace(made, variants=results)

    (result,) = check_grid([failing(each, 8) for each in grid(1.0, 1.1, 0.9)])
    assert result.effect == pytest.approx(2.0)
    assert result.note == "without 8, with which not both learn under every seed"
    (result,) = check_grid([failing(each, 1, 8) for each in grid(1.0, 1.1, 0.9)])
    assert result.missing == "this needs 3 values with which both learn"


def test_one_seed_has_an_effect_and_no_verdict() -> None:
    (result,) = check_grid(grid(1.0, seeds=1))
    assert (result.effect, result.verdict) == (pytest.approx(2.0), Verdict.NONE)


def test_without_the_metric_the_claim_says_what_it_needs() -> None:
    (result,) = check_grid(
        [
            point(
                {"network.depth": depth},
                0,
                {"standard": VariantResult({}), "bn": VariantResult({})},
                ("standard", "bn"),
            )
            for depth in DEPTHS
        ]
    )
    assert result.missing.endswith("with the metric mean-sharpness")
    assert result.effect is None
