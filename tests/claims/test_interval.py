"""Intervals cover the true value about as often as their level says."""

from __future__ import annotations

import numpy as np
import pytest

from bntui.claims import interval
from bntui.claims.interval import Array

TRIALS = 300


def correlated(n: int, correlation: float) -> Array:
    """Series (TRIALS, n) of mean 0 whose value at a step has this correlation with the next."""
    shocks = np.random.default_rng(1).normal(size=(TRIALS, n + 50))
    for at in range(1, n + 50):
        shocks[:, at] += correlation * shocks[:, at - 1]
    return shocks[:, 50:]


@pytest.mark.parametrize(("n", "correlation"), [(40, 0.0), (200, 0.0), (200, 0.5), (1000, 0.5), (1000, 0.8)])
def test_coverage_over_steps(n: int, correlation: float) -> None:
    # Each series stands where a layer would.
    terms = correlated(n, correlation)[None]
    replicates, blocks = interval.block_bootstrap(terms, lambda means: means[0], resamples=200)
    low, high = interval.over_steps(terms[0].mean(axis=-1), replicates, blocks)
    assert 0.90 <= np.mean((low < 0) & (high > 0)) <= 0.99


def test_blocks_see_the_correlation_that_single_steps_hide() -> None:
    terms = correlated(400, 0.8)[None]
    replicates, _ = interval.block_bootstrap(terms, lambda means: means[0], resamples=200)
    naive = terms[0].std(axis=-1) / np.sqrt(400)
    assert np.median(replicates.std(axis=-1) / naive) > 2


@pytest.mark.parametrize("seeds", [3, 5, 12])
def test_coverage_over_seeds(seeds: int) -> None:
    effects = np.random.default_rng(2).normal(size=(60 if seeds >= 10 else 2000, seeds))
    low, high = interval.over_seeds(effects)
    assert 0.88 <= np.mean((low < 0) & (high > 0)) <= 0.985


def test_values_of_one_step_stay_paired() -> None:
    shared = np.random.default_rng(3).normal(0, 100, 300)
    terms = np.stack([shared + 1, shared])[:, None]
    replicates, _ = interval.block_bootstrap(terms, lambda means: means[0] - means[1])
    assert replicates == pytest.approx(np.ones((1, interval.RESAMPLES)))


def test_a_higher_level_gives_a_wider_interval() -> None:
    terms = correlated(100, 0.3)[None]
    replicates, blocks = interval.block_bootstrap(terms, lambda means: means[0], resamples=200)
    mean = terms[0].mean(axis=-1)
    _, usual = interval.over_steps(mean, replicates, blocks)
    _, wider = interval.over_steps(mean, replicates, blocks, 0.99)
    assert (wider > usual).all()
