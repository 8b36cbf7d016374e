"""Curves that are absent, too short, or not finite."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import check
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.result import Result, Verdict
from tests.claims.made import Curves, accuracy, made, positive, under_seeds

BETA = "smoothness.beta"


def one(runs: list[MeasuredRun], claim: str) -> Result:
    (result,) = check(runs, [CLAIMS[claim]])
    return result


def pair(n: int) -> list[MeasuredRun]:
    return under_seeds(
        lambda seed: {"standard": accuracy(0.5, n, seed=2 * seed), "bn": accuracy(0.9, n, seed=2 * seed + 1)}
    )


def spoilt(bad: float, every: int) -> list[MeasuredRun]:
    def curves(seed: int) -> Mapping[str, Curves]:
        values = dict(positive(BETA, 1.0, seed=2 * seed))
        values[BETA][::every] = bad
        return {"standard": positive(BETA, 3.0, seed=2 * seed + 1), "bn": values}

    return under_seeds(curves)


def test_absent_columns_are_named() -> None:
    assert one(pair(40), "beta-lower").missing == "this needs smoothness.beta, which is not measured"


def test_the_accuracy_of_guessing_must_be_known() -> None:
    run = made({"standard": accuracy(0.9), "noisy-standard": accuracy(0.1)}, dataset="gaussian", classes=0)
    assert "gaussian" in one([run], "noise-stops-standard").missing


def test_nothing_measured_yet() -> None:
    result = one(pair(0), "bn-faster")
    assert (result.verdict, result.effect, result.low) == (Verdict.UNDECIDED, None, None)
    assert result.note.startswith("nothing measured yet")


@pytest.mark.parametrize(("n", "verdict"), [(1, "undecided"), (3, "undecided"), (4, "supported")])
def test_too_few_measurements_decide_nothing(n: int, verdict: str) -> None:
    result = one(pair(n), "bn-faster")
    assert result.verdict == verdict
    assert result.note.startswith(f"only {n} of 4 measurements") == (verdict == "undecided")


def test_unequal_lengths_are_compared_where_both_are() -> None:
    run = made({"standard": accuracy(0.5, 300), "bn": accuracy(0.9, 100)})
    (whole, *_) = one([run], "bn-faster").windows
    assert whole.effect == pytest.approx(0.4, abs=0.02)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0, -1.0])
def test_a_few_incomparable_values_are_left_out_and_counted(bad: float) -> None:
    result = one(spoilt(bad, 20), "beta-lower")
    assert (result.verdict, result.note) == (Verdict.SUPPORTED, "100 of 2000 measurements left out")


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0])
def test_many_incomparable_values_decide_nothing(bad: float) -> None:
    result = one(spoilt(bad, 5), "beta-lower")
    assert (result.verdict, result.low) == (Verdict.UNDECIDED, None)
    assert "80 of 400 measurements cannot be compared" in result.note


def test_nothing_but_nan() -> None:
    nan = {BETA: np.full(400, np.nan)}
    result = one(under_seeds(lambda seed: {"standard": nan, "bn": nan}), "beta-lower")
    assert (result.verdict, result.effect, result.p) == (Verdict.UNDECIDED, None, None)


def test_a_statistic_that_is_not_defined_says_so() -> None:
    # Equal values have no spread, and there is no logarithm of the ratio of two zeros.
    runs = under_seeds(lambda seed: {name: {BETA: np.ones(40)} for name in ("standard", "bn")})
    result = one(runs, "beta-steadier")
    assert (result.verdict, result.effect, result.p) == (Verdict.UNDECIDED, None, None)
    assert result.note == "the effect is not defined on these values"


def test_runs_that_have_not_measured_anything() -> None:
    assert {result.verdict for result in check(pair(0)) if not result.missing} == {Verdict.UNDECIDED}
