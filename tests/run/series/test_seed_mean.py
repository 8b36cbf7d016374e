"""Means over seeds, their t intervals, and how both grow."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from bntui.run.series.history import NO_POINTS, SETTLED, Points
from bntui.run.series.seed_mean import SeedMean, estimate


def points(values: list[float], first: int = 0) -> Points:
    return Points(np.arange(first, first + len(values), dtype=np.int32), np.array(values, np.float32))


def test_the_interval_is_that_of_students_t() -> None:
    values = np.random.default_rng(0).normal(size=(5, 3))
    means, half_widths, counts = estimate(values)
    interval = stats.t.interval(0.95, 4, loc=values.mean(axis=0), scale=stats.sem(values, axis=0))
    assert (means - half_widths, means + half_widths) == (pytest.approx(interval[0]), pytest.approx(interval[1]))
    assert counts.tolist() == [5, 5, 5]


def test_one_seed_has_no_interval() -> None:
    means, half_widths, _ = estimate(np.array([[2.0]]))
    assert (means.tolist(), np.isnan(half_widths).tolist()) == ([2.0], [True])


def test_steps_count_once_no_seed_will_measure_them_any_more() -> None:
    mean, seeds = SeedMean(), {0: points([1, 2, 3]), 1: points([3, 4])}
    assert mean.update(seeds, 1).values.tolist() == [2.0]
    known = mean.update(seeds, 2)
    assert (known.steps.tolist(), known.values.tolist()) == ([0, 1], [2.0, 3.0])
    assert mean.update({0: points([1, 2, 3]), 1: points([3, 4, 9])}, SETTLED).values.tolist() == [2.0, 3.0, 6.0]


def test_a_seed_that_ended_counts_up_to_its_end() -> None:
    mean = SeedMean().update({0: points([1, 1, 1, 1]), 1: points([2, 2]), 2: points([3, 3, 3])}, SETTLED)
    assert mean.values.tolist() == [2, 2, 2, 1]
    assert mean.spread is not None
    assert mean.spread.counts.tolist() == [3, 3, 2, 1]
    widths = (mean.spread.high.values - mean.spread.low.values).tolist()
    assert widths[0] == widths[1] < widths[2]
    assert np.isnan(widths[3])


def test_a_value_that_is_not_finite_is_not_hidden_by_the_other_seeds() -> None:
    mean = SeedMean().update({0: points([1, 1, 1]), 1: points([3, float("nan")]), 2: points([5, 5, 5])}, SETTLED)
    assert np.isnan(mean.values).tolist() == [False, True, False]
    assert mean.values[2] == 3


def test_seeds_without_the_curve_change_nothing() -> None:
    assert len(SeedMean().update({0: NO_POINTS, 1: NO_POINTS}, SETTLED).steps) == 0
    assert SeedMean().update({0: NO_POINTS, 1: points([2, 4])}, SETTLED).values.tolist() == [2, 4]


def test_growing_step_by_step_gives_the_same_as_at_once() -> None:
    values = np.random.default_rng(1).normal(size=(3, 200)).round(3).tolist()
    seeds = {seed: points(row) for seed, row in enumerate(values)}
    growing = SeedMean()
    for settled in range(0, 200, 7):
        growing.update(seeds, settled)
    grown, whole = growing.update(seeds, SETTLED), SeedMean().update(seeds, SETTLED)
    assert grown.spread is not None
    assert whole.spread is not None
    for one, other in ((grown, whole), (grown.spread.low, whole.spread.low), (grown.spread.high, whole.spread.high)):
        np.testing.assert_array_equal(one.steps, other.steps)
        np.testing.assert_array_equal(one.values, other.values)
