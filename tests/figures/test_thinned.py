"""Long curves keep their extremes, their ends and what is not finite."""

import numpy as np
import pytest

from bntui.figures.thinned import thinned


def test_short_curves_keep_all_points():
    assert thinned(np.arange(10), 5, np.zeros(10)).tolist() == list(range(10))


@pytest.mark.parametrize("every", [1, 3])
def test_each_column_keeps_its_lowest_and_highest_point(every):
    steps = every * np.arange(10_000)
    values = np.random.default_rng(0).normal(size=10_000)
    kept = thinned(steps, 50, values, -values)
    assert np.all(np.diff(kept) > 0) and kept[0] == 0 and kept[-1] == 9_999 and len(kept) <= 102
    for block in range(50):
        within = np.arange(200 * block, 200 * (block + 1))
        shown = values[np.intersect1d(kept, within)]
        assert shown.min() == values[within].min() and shown.max() == values[within].max()


def test_a_single_value_that_is_not_finite_stays():
    values = np.zeros(10_000)
    values[[1234, 5678]] = np.nan, np.inf
    assert {1234, 5678} <= set(thinned(np.arange(10_000), 20, values).tolist())
