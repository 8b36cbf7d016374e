"""Curves that are absent, too short, not finite, or from a variant that diverged."""

from __future__ import annotations

import numpy as np
import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import check
from bntui.claims.claim import Verdict
from tests.claims.made import accuracy, made, positive
from tests.claims.test_one_run import one, pair

BETA = "smoothness.beta"


def test_absent_columns_are_named() -> None:
    assert one(pair(0.9, 0.8), "beta-lower").missing == "this needs smoothness.beta, which is not measured"


def test_the_accuracy_of_guessing_must_be_known() -> None:
    run = made({"standard": accuracy(0.9), "noisy-standard": accuracy(0.1)}, dataset="gaussian", classes=0)
    assert "gaussian" in one(run, "noise-stops-standard").missing


@pytest.mark.parametrize("n", [0, 1, 24])
def test_too_little_data(n: int) -> None:
    result = one(pair(0.9, 0.2, n), "bn-faster")
    assert (result.verdict, result.low) == (Verdict.UNDECIDED, None)
    assert result.note == f"too little data yet: {n} of 25 measurements"
    assert (result.effect is None) == (n == 0)


def test_enough_data() -> None:
    assert one(pair(0.9, 0.2, 25), "bn-faster").verdict == "supported"


def test_unequal_lengths_are_compared_where_both_are() -> None:
    run = made({"standard": accuracy(0.5, 300), "bn": accuracy(0.9, 100)})
    assert one(run, "bn-faster").effect == pytest.approx(0.4, abs=0.02)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0, -1.0])
def test_a_few_incomparable_values_are_left_out_and_counted(bad: float) -> None:
    curves = dict(positive(BETA, 1.0))
    curves[BETA][::20] = bad
    result = one(made({"standard": positive(BETA, 3.0, seed=1), "bn": curves}), "beta-lower")
    assert (result.verdict, result.note) == (Verdict.SUPPORTED, "20 of 400 measurements left out")


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0])
def test_many_incomparable_values_decide_nothing(bad: float) -> None:
    curves = dict(positive(BETA, 1.0))
    curves[BETA][::5] = bad
    result = one(made({"standard": positive(BETA, 3.0, seed=1), "bn": curves}), "beta-lower")
    assert (result.verdict, result.low) == (Verdict.UNDECIDED, None)
    assert "80 of 400 measurements cannot be compared" in result.note


def test_nothing_but_nan() -> None:
    nan = {BETA: np.full(400, np.nan)}
    result = one(made({"standard": nan, "bn": nan}), "beta-lower")
    assert (result.verdict, result.effect) == (Verdict.UNDECIDED, None)


def test_a_variant_that_diverged_did_not_train_faster() -> None:
    # Far ahead until it broke down near the end: the area alone would speak for it.
    run = made({"standard": accuracy(0.3), "bn": accuracy(0.9, 390)}, ended={"bn": 390})
    result = one(run, "bn-faster")
    assert result.verdict == "contradicted"
    assert result.note.startswith("bn diverged: it did not train; bn diverged at step 390: its accuracy counts 0")
    assert result.effect == pytest.approx(0.6 * 390 / 400 - 0.3 * 10 / 400, abs=0.01)


def test_a_variant_is_faster_than_one_that_diverged() -> None:
    run = made({"standard": accuracy(0.9, 50), "bn": accuracy(0.8)}, ended={"standard": 50})
    result = one(run, "bn-faster")
    assert result.verdict == "supported"
    assert "standard diverged at step 50" in result.note


def test_a_nonfinite_loss_counts_as_divergence() -> None:
    curves = dict(accuracy(0.9, 50))
    curves["train.loss"][49] = np.nan
    assert one(made({"standard": accuracy(0.5), "bn": curves}), "bn-faster").verdict == "contradicted"


@pytest.mark.parametrize("claim", ["bn-faster", "noise-stops-standard"])
def test_variants_that_all_diverged_cannot_be_compared(claim: str) -> None:
    short = {name: accuracy(0.1, 40) for name in ("standard", "bn", "noisy-standard")}
    result = one(made(short, ended=dict.fromkeys(short, 40)), claim)
    assert (result.verdict, result.note.split(";")[0]) == (
        Verdict.UNDECIDED,
        "standard diverged, so there is nothing to compare with",
    )


def test_noise_that_causes_divergence_keeps_a_network_from_training() -> None:
    run = made({"standard": accuracy(0.9), "noisy-standard": accuracy(0.1, 30)}, ended={"noisy-standard": 30})
    assert one(run, "noise-stops-standard").verdict == "supported"


def test_other_quantities_are_compared_up_to_the_divergence() -> None:
    run = made({"standard": positive(BETA, 5.0, 60, seed=1), "bn": positive(BETA, 1.0)}, ended={"standard": 50})
    result = one(run, "beta-lower")
    assert (result.verdict, result.note) == (Verdict.SUPPORTED, "standard diverged at step 50: compared up to there")


def test_a_run_that_has_not_measured_anything() -> None:
    assert {result.verdict for result in check([pair(0, 0, 0)], CLAIMS.values())} == {Verdict.UNDECIDED}
