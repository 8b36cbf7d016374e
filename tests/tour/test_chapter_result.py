"""What is said after an experiment follows from what was measured."""

from __future__ import annotations

import numpy as np
import pytest

from bntui.records import State
from bntui.tour.chapter import parse
from bntui.tour.chapter_result import result_of
from bntui.views.paragraphs import as_lines
from tests.claims.made import made
from tests.tour.test_chapter import TEXT

AFTER = """
[[after]]
claim = "bn-faster"
effect = "within"
text = "Faster here."

[[after]]
claim = "bn-faster"
effect = "outside"
text = "Not faster here."

[[after]]
diverged = "standard"
text = "It diverged."

[[after]]
converged = "standard"
text = "It did not diverge."
"""
CHAPTER = parse(TEXT + AFTER, "faster")


def _said(answer: str, bn: float, standard: float, **options) -> str:
    curves = {"standard": standard, "bn": bn}
    run = made({name: {"train.accuracy": np.full(40, level)} for name, level in curves.items()}, steps=40, **options)
    return as_lines(result_of(CHAPTER, answer, run, "bntui sweep x --seeds 0:5").paragraphs, 100)


def test_the_answer_is_held_against_what_was_measured() -> None:
    said = _said("bn", 0.9, 0.5)
    assert "You said: bn. Right." in said
    assert "standard  50.0%" in said and "bn        90.0%" in said
    assert "bn : standard  0.400   as the claim says: above 0" in said
    assert "One run of one seed decides nothing; this gives verdicts: bntui sweep x --seeds 0:5" in said
    assert "As expected." in said and "Faster here." in said and "It did not diverge." in said
    assert "Not faster" not in said and "It diverged" not in said


def test_a_wrong_answer_is_told_what_is_right() -> None:
    said = _said("standard", 0.9, 0.5)
    assert "You said: standard. Not so: bn." in said


def test_other_measurements_lead_to_other_words() -> None:
    said = _said("bn", 0.5, 0.9)
    assert "Not so: standard." in said and "Not faster here." in said
    assert "As expected" not in said


def test_divergence_and_an_early_end_are_told() -> None:
    said = _said("bn", 0.9, 0.5, ended={"standard": 12}, state=State.STOPPED)
    assert "standard  diverged at step 12" in said and "It diverged." in said
    assert "The run ended after 40 of 40 steps." in said


@pytest.mark.parametrize("answer", ["", "an answer of an older version"])
def test_without_an_answer_the_result_is_told(answer: str) -> None:
    said = _said(answer, 0.9, 0.5)
    assert "It is: bn." in said
