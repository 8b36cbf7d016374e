"""How many more seeds would decide a claim: as simulated, and as SciPy's noncentral t says."""

from __future__ import annotations

from math import inf, log

import numpy as np
import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.claims.family import ALPHA
from bntui.claims.paired_t import p_outside, p_within
from bntui.claims.power import MOST, POWER, plan, seeds_needed
from bntui.claims.result import Verdict
from bntui.records import State
from tests.claims.made import accuracy, made

FASTER = CLAIMS["bn-faster"]


def runs(effects, **options):
    curves = [{"standard": accuracy(0.5, scatter=0), "bn": accuracy(0.5 + each, scatter=0)} for each in effects]
    return [made(each, seed=seed, **options) for seed, each in enumerate(curves)]


def planned(effects, **options):
    (found,) = plan({"": runs(effects, **options)}, [FASTER])
    return found


def like(mean: float, deviation: float) -> np.ndarray:
    """Effects of three seeds with just this mean and deviation."""
    return np.array([[mean - deviation, mean, mean + deviation]])


@pytest.mark.parametrize(
    ("mean", "bounds", "p"),
    [
        (0.5, (0.0, inf), p_within),
        (-0.5, (0.0, inf), p_outside),
        (0.02, (-0.7, 0.7), p_within),
        (1.2, (-0.7, 0.7), p_outside),
    ],
)
def test_so_many_seeds_decide_in_four_of_five_cases(mean: float, bounds: tuple[float, float], p) -> None:
    needed = seeds_needed(like(mean, 1.0), bounds, ALPHA / 2)
    assert needed is not None
    drawn = np.random.default_rng(0).normal(mean, 1.0, size=(4000, needed))
    assert POWER - 0.02 <= np.mean(p(drawn, bounds) <= ALPHA / 2) <= POWER + 0.06
    fewer = drawn[:, : needed - 2]
    assert np.mean(p(fewer, bounds) <= ALPHA / 2) < POWER + 0.02


def test_the_number_of_a_textbook() -> None:
    # A two-sided paired t test of a standardized effect of 0.5 at 5 %: 34 pairs for 80 % power (Cohen 1988).
    assert seeds_needed(like(0.5, 1.0), (0.0, inf), 0.025) == 34


def test_every_layer_must_be_decided() -> None:
    one = like(1.0, 1.0)
    one_layer, four = (seeds_needed(each, (0.0, inf), 0.025) for each in (one, np.repeat(one, 4, axis=0)))
    assert one_layer is not None and four is not None and four > one_layer


def test_what_is_decided_needs_no_more() -> None:
    found = planned([0.2, 0.21, 0.22])
    assert (found.verdict, found.more, found.cautious) == (Verdict.SUPPORTED, 0, 0)


def test_a_spread_over_few_seeds_may_be_larger() -> None:
    found = planned([0.3, -0.05, 0.2])
    assert found.verdict is Verdict.SUPPORTED
    assert found.more is not None and found.cautious is not None and 1 <= found.more < found.cautious


def test_two_seeds_are_enough_for_a_plan() -> None:
    found = planned([0.3, 0.1])
    assert found.more is not None and found.more >= 1


def test_a_contradiction_is_planned_as_well() -> None:
    assert planned([-0.3, 0.05, -0.2]).verdict is Verdict.CONTRADICTED


def test_no_number_without_an_effect() -> None:
    found = planned([0.1, -0.1, 0.0001])
    assert (found.more, found.most) == (None, MOST)


@pytest.mark.parametrize(
    ("effects", "note"),
    [([0.1], "the spread over the seeds is known from two seeds on"), ([0.3, -0.4, 0.3], "the effect has two modes")],
)
def test_what_cannot_be_planned(effects: list[float], note: str) -> None:
    found = planned(effects)
    assert (found.verdict, found.more) == (Verdict.NONE, None)
    assert found.note.startswith(note)


def test_more_claims_need_more_seeds() -> None:
    effects = [0.3, 0.05, 0.1]
    alone, among = planned(effects), plan({label: runs(effects) for label in "abcdef"}, [FASTER])[0]
    assert alone.more is not None and among.more is not None and among.more > alone.more


def test_runs_that_still_train_can_be_planned() -> None:
    assert planned([0.3, 0.1, 0.2], state=State.TRAINING).more is not None


def test_ratios_are_planned_on_a_log_scale() -> None:
    assert seeds_needed(np.log([[0.5, 0.6, 0.7]]), (-inf, log(1.0)), 0.025) is not None
