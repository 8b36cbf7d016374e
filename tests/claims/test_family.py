"""Holm's procedure over the two hypotheses of each claim."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from bntui.claims.family import PValues, decide, holm, p_values
from bntui.claims.result import Verdict


def test_holm_adjusts_the_smallest_most() -> None:
    # Worked by hand: 4 · 0.01, 3 · 0.012, 2 · 0.04, 1 · 0.3, none below the one before.
    assert holm(np.array([0.04, 0.01, 0.3, 0.012])) == pytest.approx([0.08, 0.04, 0.3, 0.04])
    assert holm(np.array([0.6, 0.9])).tolist() == [1.0, 1.0]
    assert holm(np.array([])).tolist() == []


def test_a_claim_by_itself_is_decided_by_its_two_sided_p() -> None:
    for within, verdict in ((0.024, Verdict.SUPPORTED), (0.026, Verdict.UNDECIDED), (0.976, Verdict.CONTRADICTED)):
        p = PValues(within, 1 - within)
        (ruling,) = decide([p])
        assert (ruling.verdict, ruling.p_adjusted) == (verdict, pytest.approx(p.smaller))


def test_more_claims_make_each_harder() -> None:
    p = PValues(0.01, 0.99)
    assert [ruling.verdict for ruling in decide([p])] == [Verdict.SUPPORTED]
    assert {ruling.verdict for ruling in decide([p] * 3)} == {Verdict.UNDECIDED}
    clear, open_ = PValues(0.0001, 1.0), PValues()
    assert [ruling.verdict for ruling in decide([open_, clear])] == [Verdict.UNDECIDED, Verdict.SUPPORTED]


def test_all_layers_must_be_within_but_one_outside_is_enough() -> None:
    within = np.array([[0.5, 0.6, 0.55], [0.3, 0.4, 0.35]])
    assert p_values(within, (0.0, inf)).within == max(
        p_values(within[row : row + 1], (0.0, inf)).within for row in (0, 1)
    )
    mixed = np.array([[0.5, 0.6, 0.55], [-0.3, -0.4, -0.35]])
    by_itself = p_values(mixed[1:], (0.0, inf)).outside
    assert p_values(mixed, (0.0, inf)) == (pytest.approx(1 - by_itself), pytest.approx(2 * by_itself))
