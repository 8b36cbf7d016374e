"""Where there is nothing to find, all claims together give a false verdict in at most 5 % of the cases."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
import pytest

from bntui.claims.family import decide, p_values
from bntui.claims.result import Verdict
from tests.claims.null_runs import decidable, false_verdicts, made_set, trained_sets

SETS = 2000
AT_MOST = 0.05 + 2 * sqrt(0.05 * 0.95 / SETS)


@pytest.mark.slow
def test_correlated_effects() -> None:
    """Eight claims, two of them about each of three layers; what they measure is correlated."""
    generator = np.random.default_rng(1)
    layers, wrong = (1, 1, 1, 1, 1, 1, 3, 3), 0
    for _ in range(SETS):
        drawn = generator.normal(size=(sum(layers), 3)) + generator.normal(size=3)
        effects = np.split(drawn, np.cumsum(layers)[:-1])
        ruled = decide([p_values(of_claim, (0.0, inf)) for of_claim in effects])
        wrong += any(ruling.verdict is not Verdict.UNDECIDED for ruling in ruled)
    assert wrong / SETS <= AT_MOST


@pytest.mark.slow
def test_made_runs() -> None:
    generator = np.random.default_rng(0)
    wrong = sum(bool(false_verdicts(made_set(generator, seeds=3))) for _ in range(SETS))
    assert wrong / SETS <= AT_MOST


@pytest.mark.slow
def test_trained_runs() -> None:
    sets = trained_sets(20, seeds=3)
    # Of 20 sets with a false verdict in 5 %, four or more would have one in 1.6 % of the cases.
    wrong = [found for found in map(false_verdicts, sets) if found]
    assert len(wrong) <= 3, wrong
    # Plain networks often learn under some of the seeds only, which is no verdict; those with BatchNorm are decidable.
    assert sum(map(decidable, sets)) >= 8
