"""Intervals cover, and tests reject, as often as their level says; both as SciPy computes them."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from scipy import stats

from bntui.claims.paired_t import interval, p_outside, p_within

EFFECTS = np.array([[0.1, 0.2, 0.15], [-3.0, 1.0, 0.5], [1.0, 1.1, 0.9]])


def test_the_interval_is_scipys() -> None:
    low, high = interval(EFFECTS)
    for row, *ends in zip(EFFECTS, low, high, strict=True):
        assert ends == pytest.approx(stats.t.interval(0.95, 2, row.mean(), stats.sem(row)))


def test_one_sided_p_values_are_scipys() -> None:
    greater = [stats.ttest_1samp(row, 0.3, alternative="greater").pvalue for row in EFFECTS]
    less = [stats.ttest_1samp(row, 0.3, alternative="less").pvalue for row in EFFECTS]
    assert p_within(EFFECTS, (0.3, inf)) == pytest.approx(greater)
    assert p_outside(EFFECTS, (0.3, inf)) == pytest.approx(less)
    assert p_within(EFFECTS, (-inf, 0.3)) == pytest.approx(less)


def test_equivalence_needs_both_tests() -> None:
    above = p_within(EFFECTS, (0.0, inf))
    below = p_within(EFFECTS, (-inf, 1.5))
    assert p_within(EFFECTS, (0.0, 1.5)) == pytest.approx(np.maximum(above, below))


@pytest.mark.parametrize("seeds", [3, 5, 12])
@pytest.mark.parametrize("draw", [np.random.Generator.normal, lambda g, *, size: g.standard_t(3, size)])
def test_coverage(seeds: int, draw) -> None:
    effects = draw(np.random.default_rng(2), size=(4000, seeds))
    low, high = interval(effects)
    assert 0.94 <= np.mean((low < 0) & (high > 0)) <= 0.98


@pytest.mark.parametrize("bound", [-0.5, 0.5])
def test_equivalence_on_the_bound_is_found_in_five_percent_at_most(bound: float) -> None:
    effects = np.random.default_rng(1).normal(bound, 0.1, size=(4000, 5))
    assert np.mean(p_within(effects, (-0.5, 0.5)) < 0.05) == pytest.approx(0.05, abs=0.01)
    assert np.mean(p_outside(effects, (-0.5, 0.5)) < 0.05) == pytest.approx(0.025, abs=0.01)


def test_equal_effects() -> None:
    on, off = np.zeros((1, 3)), np.full((1, 3), 0.5)
    assert (p_within(on, (0.0, inf)), p_outside(on, (0.0, inf))) == (1.0, 1.0)
    assert (p_within(off, (0.0, inf)), p_outside(off, (0.0, inf))) == (0.0, 1.0)


def test_undefined_effects_reject_nothing() -> None:
    effects = np.array([[0.1, np.nan, 0.3]])
    assert p_within(effects, (0.0, inf)) == p_outside(effects, (0.0, inf)) == 1.0
    assert np.isnan(interval(effects)).all()
