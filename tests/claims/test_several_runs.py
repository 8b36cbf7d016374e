"""Several runs: only runs of one experiment go together, and some seeds may have gone wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import check
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.result import Result, Verdict
from bntui.records import State, UserError
from bntui.spec import CheckpointSpec
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


@pytest.mark.parametrize("effects", [[0.1, 0.2, 0.15], list(np.linspace(0.1, 0.3, 12))])
def test_paired_t_for_any_number_of_seeds(effects: list[float]) -> None:
    result = one(seeds(effects))
    low, high = stats.t.interval(0.95, len(effects) - 1, np.mean(effects), stats.sem(effects))
    assert (result.effect, result.low, result.high) == pytest.approx((np.mean(effects), low, high), rel=1e-5)
    assert result.p == pytest.approx(stats.ttest_1samp(effects, 0).pvalue, rel=1e-3)
    assert result.verdict is Verdict.SUPPORTED
    assert result.by_seed == pytest.approx(effects, rel=1e-5)
    assert result.method == f"paired t over {len(effects)} seeds, verdicts held to 5 % over 1 claims (Holm)"


def test_seeds_that_disagree_decide_nothing() -> None:
    assert one(seeds([0.3, -0.1, 0.05])).verdict == "undecided"


def test_many_seeds_that_agree_exactly() -> None:
    assert one(seeds([0.0] * 10)).verdict == "undecided"
    assert one(seeds([0.2] * 10)).verdict == "supported"


def test_few_measurements_a_seed_are_enough() -> None:
    assert one(seeds([0.3, 0.31, 0.32], n=5)).verdict == "supported"


def test_runs_are_compared_over_the_steps_that_all_have_reached() -> None:
    rising = {"train.loss": np.full(100, 2.0), "train.accuracy": np.arange(100) / 100}
    flat = {"train.loss": np.full(100, 2.0), "train.accuracy": np.zeros(100)}
    constant = {"standard": accuracy(0.5, 50, scatter=0), "bn": accuracy(0.745, 50, scatter=0)}
    whole = made({"standard": flat, "bn": rising}, seed=0)
    result = one([whole, made(constant, seed=1, state=State.TRAINING)])
    assert result.effect == pytest.approx(0.245, abs=1e-5)


def test_another_experiment_is_refused() -> None:
    runs = [*seeds([0.1]), made({"standard": accuracy(0.5), "bn": accuracy(0.6)}, seed=1, steps=99)]
    with pytest.raises(UserError, match="made-0 and made-1 are not the same experiment: 'steps' differs") as error:
        check(runs)
    assert "\n" not in str(error.value)


def test_other_checkpoints_and_another_device_are_no_other_experiment() -> None:
    runs = seeds([0.1, 0.2])
    elsewhere = runs[1].spec.model_copy(update={"device": "cuda", "checkpoint": CheckpointSpec(seconds=7)})
    assert check([runs[0], replace(runs[1], spec=elsewhere)])


def test_another_data_set_is_refused() -> None:
    runs = [*seeds([0.1]), made({"standard": accuracy(0.5), "bn": accuracy(0.6)}, seed=1, dataset="mnist")]
    with pytest.raises(UserError, match="trained on digits and on mnist"):
        check(runs)


def test_the_same_seed_twice_is_refused() -> None:
    with pytest.raises(UserError, match="have the same seed 0"):
        check([*seeds([0.1]), *seeds([0.1])])
