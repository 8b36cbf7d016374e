"""Answers are right or wrong by what a run measured: every kind of question, ties, and variants without a number."""

from __future__ import annotations

import numpy as np
import pytest

from bntui.tour.chapter import Comparison, Question
from bntui.tour.decision import answers_of, decide
from tests.claims.made import LAYERS, made

STEPS = 40


def _run(ended=None, **levels):
    """A run whose training accuracy is constant, a level for each variant."""
    curves = {name: {"train.accuracy": np.full(STEPS, level)} for name, level in levels.items()}
    return made(curves, kinds=dict.fromkeys(levels, "bn"), ended=ended or {}, steps=STEPS)


def _asks(**keys) -> Question:
    given = {"wanted": "highest", "margin": 0.02, **keys}
    if not given.keys() & {"metric", "probe"}:
        given["metric"] = "final-accuracy"
    return Question(text="Which?", compare=Comparison(**given))


def _right(question: Question, run) -> set[str]:
    answers = answers_of(question, run.history.info.variants)
    return {answers[place].text for place in decide(question, run).right}


@pytest.mark.parametrize(
    ("levels", "keys", "right"),
    [
        ({"a": 0.9, "b": 0.7}, {}, {"a"}),
        ({"a": 0.9, "b": 0.7}, {"wanted": "lowest"}, {"b"}),
        ({"a": 0.9, "b": 0.89}, {}, {"about the same"}),
        ({"a": 0.9, "b": 0.85}, {"margin": None, "factor": 1.1}, {"about the same"}),
        ({"a": 0.9, "b": 0.85}, {"margin": None, "factor": 1.05}, {"a"}),
        # Two of three at the top: no answer names them both, so either is right.
        ({"a": 0.9, "b": 0.89, "c": 0.1}, {}, {"a", "b"}),
        ({"a": 0.9, "b": 0.7, "c": 0.95}, {"variants": ("a", "b")}, {"a"}),
    ],
)
def test_a_comparison_is_decided_within_its_margin(levels, keys, right) -> None:
    assert _right(_asks(**keys), _run(**levels)) == right


def test_an_answer_may_name_several_variants() -> None:
    answers = ({"text": "a alone", "variants": ("a",)}, {"text": "a and b", "variants": ("a", "b")})
    question = _asks().model_copy(update={"answers": Question(text="?", answers=answers, claim="bn-faster").answers})
    assert _right(question, _run(a=0.9, b=0.89, c=0.1)) == {"a and b"}
    assert _right(question, _run(a=0.9, b=0.5, c=0.1)) == {"a alone"}
    assert _right(question, _run(a=0.1, b=0.5, c=0.9)) == set()


@pytest.mark.parametrize(("wanted", "absent", "right"), [("highest", "last", {"b"}), ("lowest", "first", {"a"})])
def test_a_variant_that_diverged_comes_last_or_first(wanted, absent, right) -> None:
    run = _run(ended={"a": 10}, a=0.9, b=0.7)
    assert _right(_asks(wanted=wanted, absent=absent), run) == right
    assert ("a", "diverged at step 10") in decide(_asks(), run).measured


def test_where_nothing_is_measured_only_an_answer_of_no_variant_is_right() -> None:
    run = _run(ended={"a": 10, "b": 12}, a=0.9, b=0.7)
    assert _right(_asks(), run) == set()
    answers = Question(text="?", answers=("a", {"text": "none"}), claim="bn-faster").answers
    assert _right(_asks().model_copy(update={"answers": answers}), run) == {"a", "none"}


def test_the_first_to_diverge_is_found() -> None:
    run = _run(ended={"a": 10, "b": 30}, a=0.9, b=0.7, c=0.5)
    assert _right(_asks(metric="diverged-at", wanted="lowest", margin=0), run) == {"a"}


def test_curves_are_compared_over_the_last_steps_without_what_is_not_finite() -> None:
    rising, wild = np.linspace(0.0, 1.0, STEPS), np.where(np.arange(STEPS) % 2, 0.9, 0.1)
    wild[-1] = np.nan
    run = made({"a": {"moments.mean_drift": rising}, "b": {"moments.mean_drift": wild}}, kinds={"a": "bn", "b": "bn"})

    def right(**keys) -> set[str]:
        return _right(_asks(probe="moments", name="mean_drift", **keys), run)

    assert right(over="mean", margin=0.1) == {"about the same"}
    assert right(over="mean", last=10) == {"a"}
    assert right(over="jump") == {"b"}
    assert right(over="last") == {"a"}
    assert right(over="smallest") == {"b"}


def test_curves_of_layers_are_averaged_or_taken_from_one() -> None:
    def of(first: float, second: float, third: float):
        return {
            f"moments.mean_drift.{layer}": np.full(STEPS, value)
            for layer, value in zip(LAYERS, (first, second, third), strict=True)
        }

    run = made({"a": of(3, 0, 0), "b": of(0, 1, 1)}, kinds={"a": "bn", "b": "bn"})
    asks = {"probe": "moments", "name": "mean_drift"}
    assert _right(_asks(**asks, layer="mean"), run) == {"a"}
    assert _right(_asks(**asks, layer="conv2"), run) == {"b"}
    assert _right(_asks(**asks), run) == set()


def test_the_effect_of_a_claim_answers_yes_or_no() -> None:
    question = Question(text="Is BatchNorm faster?", claim="bn-faster")

    def answered(bn: float, standard: float) -> set[str]:
        curves = {"bn": np.full(STEPS, bn), "standard": np.full(STEPS, standard)}
        return _right(question, made({name: {"train.accuracy": curve} for name, curve in curves.items()}, steps=STEPS))

    assert answered(0.9, 0.5) == {"yes"}
    assert answered(0.5, 0.9) == {"no"}
    assert answered(np.nan, 0.9) == set()


def test_pairs_that_differ_leave_a_claim_undecided() -> None:
    levels = {"bn-1": 0.9, "standard-1": 0.5, "bn-2": 0.5, "standard-2": 0.9}
    run = made(
        {name: {"train.accuracy": np.full(STEPS, level)} for name, level in levels.items()},
        kinds={name: name.split("-")[0] for name in levels},
        rates={"bn-1": 0.1, "standard-1": 0.1, "bn-2": 0.5, "standard-2": 0.5},
        steps=STEPS,
    )
    assert decide(Question(text="?", claim="bn-faster"), run).right == frozenset()


def test_arithmetic_needs_no_run() -> None:
    question = Question(text="2 + 2?", answers=("3", "4"), right=2, why="Count.")
    assert decide(question, None).right == {1}
