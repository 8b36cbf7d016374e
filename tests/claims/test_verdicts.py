"""Several seeds: the verdict follows the truth that was put in, and says why where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import check
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.result import Result, Side, Verdict
from tests.claims.made import Curves, accuracy, by_layer, made, positive, under_seeds


def one(runs: Sequence[MeasuredRun], claim: str) -> Result:
    (result,) = check(runs, [CLAIMS[claim]])
    return result


def accuracies(count: int = 5, n: int = 400, **means: float) -> list[MeasuredRun]:
    def curves(seed: int) -> dict[str, Curves]:
        return {
            name.replace("_", "-"): accuracy(mean, n, seed=10 * seed + at)
            for at, (name, mean) in enumerate(means.items())
        }

    return under_seeds(curves, count)


def columns(name: str, **scales: float | tuple[float, ...]) -> list[MeasuredRun]:
    """Runs that measure one column, or one for each layer, with these values by variant."""

    def of(scale: float | tuple[float, ...], seed: int) -> Curves:
        return by_layer(name, scale, seed=seed) if isinstance(scale, tuple) else positive(name, scale, seed=seed)

    return under_seeds(
        lambda seed: {each: of(scale, 10 * seed + at) for at, (each, scale) in enumerate(scales.items())}
    )


@pytest.mark.parametrize(
    ("bn", "standard", "verdict"),
    [(0.9, 0.7, "supported"), (0.6, 0.7, "contradicted"), (0.7, 0.7, "undecided")],
)
def test_faster(bn: float, standard: float, verdict: str) -> None:
    result = one(accuracies(bn=bn, standard=standard), "bn-faster")
    assert result.verdict == verdict
    assert result.effect == pytest.approx(bn - standard, abs=0.03)
    assert result.low is not None and result.high is not None and result.low < result.effect < result.high
    assert result.scope == "seeds 0, 1, 2, 3, 4"
    assert result.unit == "training accuracy, mean over steps: bn − standard"


def test_equal_curves_decide_nothing() -> None:
    same = accuracy(0.8)
    result = one(under_seeds(lambda seed: {"standard": same, "bn": same}), "bn-faster")
    assert (result.verdict, result.effect, result.low, result.high) == (Verdict.UNDECIDED, 0, 0, 0)
    assert result.note == "the interval covers 0"


@pytest.mark.parametrize(
    ("noisy", "verdict"),
    [(0.92, "supported"), (0.88, "supported"), (0.8, "contradicted"), (0.99, "contradicted"), (0.85, "undecided")],
)
def test_matching_is_equivalence_within_the_margin(noisy: float, verdict: str) -> None:
    assert one(accuracies(bn=0.9, noisy=noisy), "noisy-matches-bn").verdict == verdict


def test_lp_may_be_better_but_not_worse() -> None:
    results = check(accuracies(bn=0.8, l1=0.99, linf=0.6), [CLAIMS["lp-matches-bn"]])
    assert {each.variants: each.verdict.value for each in results} == {
        ("l1", "bn"): "supported",
        ("linf", "bn"): "contradicted",
    }
    assert {each.family for each in results} == {2}


@pytest.mark.parametrize(
    ("ratios", "verdict", "note"),
    [
        ((5.0, 3.0, 2.0), "supported", ""),
        ((5.0, 0.5, 2.0), "contradicted", "not so in conv2"),
        ((5.0, 1.0, 2.0), "undecided", "not clear in conv2"),
    ],
)
def test_every_layer_must_drift(ratios: tuple[float, ...], verdict: str, note: str) -> None:
    result = one(columns("moments.mean_drift", standard=(1.0, 1.0, 1.0), noisy=ratios), "noisy-mean-drifts")
    assert (result.verdict, result.note) == (verdict, note)
    assert [part.layer for part in result.parts] == ["conv1", "conv2", "conv3"]
    assert [part.effect for part in result.parts] == pytest.approx(ratios, rel=0.1)
    assert result.effect == pytest.approx(min(ratios), rel=0.1)
    assert "in conv2" in result.unit or "in conv3" in result.unit


def test_layers_of_which_the_source_does_not_speak_decide_nothing() -> None:
    def run(seed: int) -> dict[str, Curves]:
        return {
            variant: {
                key: values
                for layer, scale in {"conv1": drift[0], "fc1": drift[1]}.items()
                for key, values in positive(f"moments.mean_drift.{layer}", scale, seed=10 * seed + at).items()
            }
            for at, (variant, drift) in enumerate({"standard": (1.0, 1.0), "noisy": (2.0, 0.5)}.items())
        }

    result = one(under_seeds(run), "noisy-mean-drifts")
    assert result.verdict is Verdict.SUPPORTED
    assert [(part.layer, part.side, part.decides) for part in result.parts] == [
        ("conv1", Side.WITHIN, True),
        ("fc1", Side.OUTSIDE, False),
    ]
    assert result.unit.endswith("in conv1")


@pytest.mark.parametrize(("bn", "verdict"), [(2.0, "supported"), (1.0, "supported"), (0.5, "contradicted")])
def test_shift_is_averaged_over_the_layers_after_the_first(bn: float, verdict: str) -> None:
    result = one(columns("ics.l2", standard=(0.0, 1.0, 1.0), bn=(0.0, bn, bn)), "ics-l2")
    assert result.verdict == verdict
    assert result.effect == pytest.approx(bn, rel=0.1)
    assert [part.layer for part in result.parts] == ["conv2", "conv3"]


def test_loss_range_is_the_difference_of_two_columns() -> None:
    def curves(width: float, seed: int) -> dict[str, np.ndarray]:
        generator = np.random.default_rng(seed)
        low = generator.uniform(0.1, 2, 400)
        return {"smoothness.loss_min": low, "smoothness.loss_max": low + width * generator.uniform(0.9, 1.1)}

    runs = under_seeds(lambda seed: {"standard": curves(1.0, 2 * seed), "bn": curves(0.1, 2 * seed + 1)})
    result = one(runs, "loss-range")
    assert result.verdict == "supported"
    assert result.effect == pytest.approx(0.1, rel=0.1)


def test_ratios_are_averaged_on_a_log_scale() -> None:
    result = one(columns("smoothness.beta", standard=10.0, bn=1.0), "beta-lower")
    effects = [effect for effect in result.by_seed if effect is not None]
    assert result.effect == pytest.approx(np.exp(np.mean(np.log(effects))))
    assert result.low is not None and result.high is not None
    assert result.low * result.high == pytest.approx(result.effect**2)


def test_spread_is_not_level() -> None:
    # As high, but steadier: each of the two claims about β sees its own half.
    name = "smoothness.beta"
    runs = under_seeds(
        lambda seed: {
            "standard": positive(name, 10, scatter=0.5, seed=2 * seed),
            "bn": positive(name, 10, scatter=0.05, seed=2 * seed + 1),
        }
    )
    assert one(runs, "beta-lower").verdict == "undecided"
    assert one(runs, "beta-steadier").verdict == "supported"


@pytest.mark.parametrize(("noisy", "verdict"), [(0.1, "supported"), (0.12, "supported"), (0.5, "contradicted")])
def test_noise_leaves_a_share_of_what_is_learned_above_chance(noisy: float, verdict: str) -> None:
    result = one(accuracies(standard=0.9, noisy_standard=noisy), "noise-stops-standard")
    assert result.verdict == verdict
    assert result.effect == pytest.approx((noisy - 0.1) / 0.8, abs=0.02)


@pytest.mark.parametrize(("error", "verdict"), [(1e-6, "supported"), (0.3, "contradicted")])
def test_the_identity(error: float, verdict: str) -> None:
    runs = columns("theorem41.relative_error", bn=(1e-6, error, 1e-6))
    assert one(runs, "theorem-4.1").verdict == verdict


def test_what_is_clear_by_itself_may_not_be_among_all_claims() -> None:
    def curves(seed: int) -> dict[str, Curves]:
        effect = (0.04, 0.05, 0.07)[seed]
        return {
            "standard": {**accuracy(0.5, scatter=0), **positive("smoothness.beta", 1.0, seed=seed)},
            "bn": {**accuracy(0.5 + effect, scatter=0), **positive("smoothness.beta", 1.0, seed=seed + 9)},
        }

    runs = under_seeds(curves, 3)
    assert one(runs, "bn-faster").verdict == "supported"
    together = check(runs)[0]
    assert (together.verdict, together.family) == (Verdict.UNDECIDED, 3)
    assert together.note.startswith("clear by itself, but not among all claims together")


def test_variants_are_compared_at_equal_rates() -> None:
    curves = {name: accuracy(0.5, seed=at) for at, name in enumerate(["s-1", "s-5", "b-1", "b-5"])}
    kinds = {"s-1": "standard", "s-5": "standard", "b-1": "bn", "b-5": "bn"}
    # 0.1 is the optimizer's own rate, so it need not be said.
    run = made(curves, kinds=kinds, rates={"s-1": 0.1, "s-5": 0.5, "b-5": 0.5})
    results = check([run], [CLAIMS["bn-faster"]])
    assert [result.variants for result in results] == [("b-1", "s-1"), ("b-5", "s-5")]


def test_a_gain_may_be_the_runs_or_the_variants_own() -> None:
    run = made({"standard": accuracy(0.5), "bn": accuracy(0.9)})
    first, second = run.spec.variants
    for gain, missing in ((1.0, False), (0.5, True)):
        variants = (first, second.model_copy(update={"gain": gain}))
        spec = run.spec.model_copy(update={"variants": variants})
        assert bool(one([replace(run, spec=spec)], "bn-faster").missing) == missing


def test_no_pair_of_equal_rates() -> None:
    run = made({"standard": accuracy(0.5), "bn": accuracy(0.9)}, rates={"bn": 0.5})
    result = one([run], "bn-faster")
    assert result.missing == "this needs a variant bn, and standard of equal options"


def test_checking_twice_gives_the_same_results() -> None:
    runs = accuracies(bn=0.8, standard=0.79)
    assert check(runs) == check(runs[::-1])
