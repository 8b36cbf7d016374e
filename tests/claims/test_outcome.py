"""Variants that failed to train, or diverged, under all seeds, some, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import check
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.result import Outcome, Result, Verdict
from tests.claims.made import Curves, accuracy, made, positive

BETA = "smoothness.beta"
SEEDS = range(4)


def one(runs: Sequence[MeasuredRun], claim: str) -> Result:
    (result,) = check(runs, [CLAIMS[claim]])
    return result


def runs(
    means: Mapping[str, Sequence[float]], ended: Mapping[str, Mapping[int, int]] | None = None, **options: float
) -> list[MeasuredRun]:
    """Runs with these accuracies by variant and seed, and these steps of divergence."""
    ended = ended or {}
    return [
        made(
            {
                name: _curves(of_seed[seed], seed, at, ended.get(name, {}))
                for at, (name, of_seed) in enumerate(means.items())
            },
            seed=seed,
            ended={name: steps[seed] for name, steps in ended.items() if seed in steps},
            **options,
        )
        for seed in SEEDS
    ]


def _curves(mean: float, seed: int, at: int, ended: Mapping[int, int]) -> Curves:
    n = ended.get(seed, 400)
    return {**accuracy(mean, n, seed=10 * seed + at), **positive(BETA, 1.0 + at, n, seed=10 * seed + at)}


def test_a_seed_that_failed_to_train_makes_two_modes() -> None:
    result = one(runs({"bn": [0.9] * 4, "standard": [0.8, 0.1, 0.8, 0.8]}), "bn-faster")
    assert (result.verdict, result.low, result.p, result.p_adjusted) == (Verdict.UNDECIDED, None, None, None)
    assert result.note.startswith("the effect has two modes: standard learned under 3 of 4 seeds")
    assert result.outcomes == (Outcome("bn", (0, 1, 2, 3), ()), Outcome("standard", (0, 2, 3), ()))
    assert len(result.by_seed) == 4
    assert {window.low for window in result.windows} == {None}


def test_two_modes_concern_every_quantity() -> None:
    result = one(runs({"bn": [0.9] * 4, "standard": [0.8, 0.1, 0.8, 0.8]}), "beta-lower")
    assert (result.verdict, result.low) == (Verdict.UNDECIDED, None)


def test_an_undecidable_claim_still_belongs_to_the_family() -> None:
    results = check(runs({"bn": [0.9] * 4, "standard": [0.8, 0.1, 0.8, 0.8]}))
    assert {result.family for result in results if not result.missing} == {3}


def test_a_variant_that_never_learns_is_one_mode() -> None:
    result = one(runs({"bn": [0.9] * 4, "standard": [0.1] * 4}), "bn-faster")
    assert (result.verdict, result.note.split(";")[0]) == (Verdict.SUPPORTED, "standard learned under 0 of 4 seeds")


def test_networks_that_all_stay_at_guessing_do_not_match_each_other() -> None:
    result = one(runs({"bn": [0.1] * 4, "noisy": [0.1] * 4}), "noisy-matches-bn")
    assert result.verdict is Verdict.UNDECIDED
    assert result.note.startswith("nothing to compare with: noisy learned under 0 of 4 seeds, bn learned under 0 of 4")


def test_guessing_is_naming_the_largest_class() -> None:
    # Nine images of ten are of one class: 0.9 is nothing learned, 0.97 is.
    means = {"bn": [0.97] * 4, "standard": [0.9] * 4}
    assert [outcome.learned for outcome in one(runs(means, majority=0.9), "bn-faster").outcomes] == [(0, 1, 2, 3), ()]
    assert [outcome.learned for outcome in one(runs(means), "bn-faster").outcomes] == [(0, 1, 2, 3)] * 2


def test_a_share_is_measured_from_the_largest_class() -> None:
    means = {"standard": [0.9] * 4, "noisy-standard": [0.5] * 4}
    result = one(runs(means, majority=0.5), "noise-stops-standard")
    assert result.effect == pytest.approx(0.0, abs=0.02)
    assert "guessing" not in result.note
    assert "guessing counts as 1 / classes" in one(runs(means), "noise-stops-standard").note


def test_diverging_under_one_seed() -> None:
    result = one(runs({"bn": [0.9] * 4, "standard": [0.5] * 4}, {"bn": {2: 390}}), "bn-faster")
    assert (result.verdict, result.low) == (Verdict.UNDECIDED, None)
    assert "bn learned under 3 of 4 seeds" in result.note
    assert "bn diverged under 1 of 4 seeds at step 390: its accuracy counts 0 from there" in result.note
    assert result.outcomes[0] == Outcome("bn", (0, 1, 3), ((2, 390),))


def test_a_variant_that_always_diverges_late_is_not_faster() -> None:
    # Far ahead until it broke down near the end: the area alone would speak for it.
    result = one(runs({"bn": [0.9] * 4, "standard": [0.3] * 4}, {"bn": dict.fromkeys(SEEDS, 390)}), "bn-faster")
    assert result.verdict is Verdict.UNDECIDED
    assert result.note.startswith(
        "bn diverged under 4 of 4 seeds at step 390: its accuracy counts 0 from there; bn learned under 0 of 4"
    )


def test_a_variant_that_always_diverges_early_is_slower() -> None:
    result = one(runs({"bn": [0.9] * 4, "standard": [0.5] * 4}, {"bn": dict.fromkeys(SEEDS, 40)}), "bn-faster")
    assert result.verdict is Verdict.CONTRADICTED


def test_a_variant_is_faster_than_one_that_diverged() -> None:
    result = one(runs({"bn": [0.8] * 4, "standard": [0.9] * 4}, {"standard": dict.fromkeys(SEEDS, 50)}), "bn-faster")
    assert result.verdict is Verdict.SUPPORTED
    assert "standard diverged under 4 of 4 seeds at step 50: its" in result.note


def test_a_nonfinite_loss_counts_as_divergence() -> None:
    curves = dict(accuracy(0.9, 50))
    curves["train.loss"][49] = np.nan
    result = one([made({"standard": accuracy(0.5), "bn": curves})], "bn-faster")
    assert result.outcomes[0].diverged == ((0, 49),)


@pytest.mark.parametrize("claim", ["bn-faster", "noise-stops-standard"])
def test_variants_that_all_diverged_cannot_be_compared(claim: str) -> None:
    names = ("standard", "bn", "noisy-standard")
    result = one(runs({name: [0.1] * 4 for name in names}, {name: dict.fromkeys(SEEDS, 40) for name in names}), claim)
    assert result.verdict is Verdict.UNDECIDED
    assert result.note.startswith("nothing to compare with")


def test_noise_that_causes_divergence_keeps_a_network_from_training() -> None:
    means = {"standard": [0.9] * 4, "noisy-standard": [0.1] * 4}
    result = one(runs(means, {"noisy-standard": dict.fromkeys(SEEDS, 30)}), "noise-stops-standard")
    assert result.verdict is Verdict.SUPPORTED


def test_other_quantities_are_compared_up_to_the_divergence() -> None:
    result = one(runs({"bn": [0.9] * 4, "standard": [0.9] * 4}, {"standard": dict.fromkeys(SEEDS, 50)}), "beta-lower")
    assert result.verdict is Verdict.SUPPORTED
    assert "standard diverged under 4 of 4 seeds at step 50: compared up to there" in result.note
