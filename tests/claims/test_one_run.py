"""One run: the verdict follows the truth that was put in, and says why where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import check
from bntui.claims.claim import Result, Verdict
from bntui.claims.measured_run import MeasuredRun
from tests.claims.made import accuracy, by_layer, made, positive


def one(run: MeasuredRun, claim: str) -> Result:
    (result,) = check([run], [CLAIMS[claim]])
    return result


def pair(first: float, second: float, n: int = 400) -> MeasuredRun:
    return made({"standard": accuracy(second, n, seed=1), "bn": accuracy(first, n, seed=2)})


@pytest.mark.parametrize(
    ("bn", "standard", "verdict"),
    [(0.9, 0.7, "supported"), (0.6, 0.7, "contradicted"), (0.7, 0.7, "undecided")],
)
def test_faster(bn: float, standard: float, verdict: str) -> None:
    result = one(pair(bn, standard), "bn-faster")
    assert result.verdict == verdict
    assert result.effect == pytest.approx(bn - standard, abs=0.01)
    assert result.low is not None and result.high is not None and result.low < result.effect < result.high
    assert result.scope == "seed 0 only"
    assert result.unit == "training accuracy, mean over steps: bn − standard"


def test_equal_curves_decide_nothing() -> None:
    same = accuracy(0.8)
    result = one(made({"standard": same, "bn": same}), "bn-faster")
    assert (result.verdict, result.effect, result.low, result.high) == (Verdict.UNDECIDED, 0, 0, 0)
    assert result.note == "the interval covers 0"


@pytest.mark.parametrize(
    ("noisy", "verdict"),
    [(0.92, "supported"), (0.88, "supported"), (0.8, "contradicted"), (0.99, "contradicted"), (0.85, "undecided")],
)
def test_matching_is_equivalence_within_the_margin(noisy: float, verdict: str) -> None:
    run = made({"bn": accuracy(0.9, seed=1), "noisy": accuracy(noisy, seed=2)})
    assert one(run, "noisy-matches-bn").verdict == verdict


def test_lp_may_be_better_but_not_worse() -> None:
    curves = {"bn": accuracy(0.8, seed=1), "l1": accuracy(0.99, seed=2), "linf": accuracy(0.6, seed=3)}
    results = check([made(curves)], [CLAIMS["lp-matches-bn"]])
    assert {each.variants: each.verdict.value for each in results} == {
        ("l1", "bn"): "supported",
        ("linf", "bn"): "contradicted",
    }


@pytest.mark.parametrize(
    ("ratios", "verdict", "note"),
    [
        ((5.0, 3.0, 2.0), "supported", ""),
        ((5.0, 0.5, 2.0), "contradicted", "not so in conv2"),
        ((5.0, 1.0, 2.0), "undecided", "not clear in conv2"),
    ],
)
def test_every_layer_must_drift(ratios: tuple[float, ...], verdict: str, note: str) -> None:
    name = "moments.mean_drift"
    run = made({"standard": by_layer(name, (1.0, 1.0, 1.0), seed=1), "noisy": by_layer(name, ratios, seed=2)})
    result = one(run, "noisy-mean-drifts")
    assert (result.verdict, result.note) == (verdict, note)
    assert [part.layer for part in result.parts] == ["conv1", "conv2", "conv3"]
    assert [part.effect for part in result.parts] == pytest.approx(ratios, rel=0.1)
    assert result.effect == pytest.approx(min(ratios), rel=0.1)
    assert "in conv2" in result.unit or "in conv3" in result.unit


@pytest.mark.parametrize(("bn", "verdict"), [(2.0, "supported"), (1.0, "supported"), (0.5, "contradicted")])
def test_shift_is_averaged_over_the_layers_after_the_first(bn: float, verdict: str) -> None:
    name = "ics.l2"
    standard, normalized = by_layer(name, (0.0, 1.0, 1.0), seed=1), by_layer(name, (0.0, bn, bn), seed=2)
    result = one(made({"standard": standard, "bn": normalized}), "ics-l2")
    assert result.verdict == verdict
    assert result.effect == pytest.approx(bn, rel=0.1)
    assert [part.layer for part in result.parts] == ["conv2", "conv3"]


def test_loss_range_is_the_difference_of_two_columns() -> None:
    def curves(width: float, seed: int) -> dict[str, np.ndarray]:
        low = np.random.default_rng(seed).uniform(0.1, 2, 400)
        return {"smoothness.loss_min": low, "smoothness.loss_max": low + width}

    result = one(made({"standard": curves(1.0, 1), "bn": curves(0.1, 2)}), "loss-range")
    assert result.verdict == "supported"
    assert result.effect == pytest.approx(0.1, rel=1e-3)


def test_spread_is_not_level() -> None:
    # As high, but steadier: each of the two claims about β sees its own half.
    name = "smoothness.beta"
    run = made({"standard": positive(name, 10, scatter=0.5, seed=1), "bn": positive(name, 10, scatter=0.05, seed=2)})
    assert one(run, "beta-lower").verdict == "undecided"
    assert one(run, "beta-steadier").verdict == "supported"


@pytest.mark.parametrize(("noisy", "verdict"), [(0.1, "supported"), (0.12, "supported"), (0.5, "contradicted")])
def test_noise_leaves_a_share_of_what_is_learned_above_chance(noisy: float, verdict: str) -> None:
    run = made({"standard": accuracy(0.9, seed=1), "noisy-standard": accuracy(noisy, seed=2)})
    result = one(run, "noise-stops-standard")
    assert result.verdict == verdict
    assert result.effect == pytest.approx((noisy - 0.1) / 0.8, abs=0.02)


def test_a_share_of_nothing_is_undecided() -> None:
    run = made({"standard": accuracy(0.1, seed=1), "noisy-standard": accuracy(0.1, seed=2)})
    result = one(run, "noise-stops-standard")
    assert (result.verdict, result.low) == (Verdict.UNDECIDED, None)
    assert result.note == "the statistic is not defined on these values"


@pytest.mark.parametrize(("error", "verdict"), [(1e-6, "supported"), (0.3, "contradicted")])
def test_the_identity(error: float, verdict: str) -> None:
    run = made({"bn": by_layer("theorem41.relative_error", (1e-6, error, 1e-6))})
    assert one(run, "theorem-4.1").verdict == verdict


def test_variants_are_compared_at_equal_rates() -> None:
    curves = {name: accuracy(0.5, seed=at) for at, name in enumerate(["s-1", "s-5", "b-1", "b-5"])}
    kinds = {"s-1": "standard", "s-5": "standard", "b-1": "bn", "b-5": "bn"}
    # 0.1 is the optimizer's own rate, so it need not be said.
    run = made(curves, kinds=kinds, rates={"s-1": 0.1, "s-5": 0.5, "b-5": 0.5})
    results = check([run], [CLAIMS["bn-faster"]])
    assert [result.variants for result in results] == [("b-1", "s-1"), ("b-5", "s-5")]


def test_no_pair_of_equal_rates() -> None:
    run = made({"standard": accuracy(0.5), "bn": accuracy(0.9)}, rates={"bn": 0.5})
    result = one(run, "bn-faster")
    assert result.verdict == "undecided"
    assert result.missing == "this needs a variant bn, and standard of equal options"


def test_checking_twice_gives_the_same_results() -> None:
    assert check([pair(0.8, 0.79)]) == check([pair(0.8, 0.79)])
