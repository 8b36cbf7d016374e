"""Several runs: the interval is over seeds, and only runs of one experiment go together."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import check
from bntui.claims.claim import Result, Verdict
from bntui.claims.measured_run import MeasuredRun
from bntui.records import UserError
from tests.claims.made import accuracy, made

FASTER = CLAIMS["bn-faster"]


def seeds(effects: list[float], n: int = 50) -> list[MeasuredRun]:
    return [
        made({"standard": accuracy(0.5, n, scatter=0), "bn": accuracy(0.5 + effect, n, scatter=0)}, seed=seed)
        for seed, effect in enumerate(effects)
    ]


def one(runs: list[MeasuredRun]) -> Result:
    (result,) = check(runs, [FASTER])
    return result


def test_few_seeds_by_students_t() -> None:
    effects = [0.1, 0.2, 0.15]
    result = one(seeds(effects))
    low, high = stats.t.interval(0.95, 2, np.mean(effects), stats.sem(effects))
    assert (result.effect, result.low, result.high) == pytest.approx((0.15, low, high), rel=1e-5)
    assert (result.verdict, result.scope) == (Verdict.SUPPORTED, "seeds 0, 1, 2")
    assert result.method == "Student's t over seeds"


def test_seeds_that_disagree_decide_nothing() -> None:
    runs = seeds([0.3, -0.1, 0.05])
    assert one(runs).verdict == "undecided"
    assert one(runs[:1]).verdict == "supported"


def test_many_seeds_by_bca() -> None:
    effects = list(np.random.default_rng(0).exponential(0.1, 12))
    result = one(seeds(effects))
    expected = stats.bootstrap((np.float32(effects),), np.mean, random_state=np.random.default_rng(0))
    assert result.low == pytest.approx(expected.confidence_interval.low, rel=1e-3)
    assert result.high == pytest.approx(expected.confidence_interval.high, rel=1e-3)
    assert result.method == "BCa bootstrap over seeds"


def test_many_seeds_that_agree_exactly() -> None:
    assert one(seeds([0.0] * 10)).verdict == "undecided"
    assert one(seeds([0.2] * 10)).verdict == "supported"


def test_few_measurements_a_seed_are_enough() -> None:
    assert one(seeds([0.3, 0.31, 0.32], n=5)).verdict == "supported"


def test_runs_are_compared_over_the_steps_that_all_have_reached() -> None:
    rising = {"train.loss": np.ones(100), "train.accuracy": np.arange(100) / 100}
    flat = {"train.loss": np.ones(100), "train.accuracy": np.zeros(100)}
    whole = made({"standard": flat, "bn": rising}, seed=0)
    short = made({"standard": accuracy(0.5, 50, scatter=0), "bn": accuracy(0.745, 50, scatter=0)}, seed=1)
    assert one([whole, short]).effect == pytest.approx(0.245, abs=1e-5)


def test_diverging_under_one_seed_of_three() -> None:
    runs = seeds([0.4, 0.4])
    curves = {"standard": accuracy(0.5, 50, scatter=0), "bn": accuracy(0.9, 48, scatter=0)}
    broken = made(curves, seed=2, ended={"bn": 48})
    result = one([*runs, broken])
    assert (result.verdict, result.note.split(";")[0]) == (Verdict.UNDECIDED, "bn diverged under some of the seeds")
    assert "bn diverged at step 48 under seed 2" in result.note


def test_another_experiment_is_refused() -> None:
    runs = [*seeds([0.1]), made({"standard": accuracy(0.5), "bn": accuracy(0.6)}, seed=1, steps=99)]
    with pytest.raises(UserError, match="made-0 and made-1 are not the same experiment: 'steps' differs") as error:
        check(runs)
    assert "\n" not in str(error.value)


def test_another_data_set_is_refused() -> None:
    runs = [*seeds([0.1]), made({"standard": accuracy(0.5), "bn": accuracy(0.6)}, seed=1, dataset="mnist")]
    with pytest.raises(UserError, match="trained on digits and on mnist"):
        check(runs)


def test_the_same_seed_twice_is_refused() -> None:
    with pytest.raises(UserError, match="have the same seed 0"):
        check([*seeds([0.1]), *seeds([0.1])])
