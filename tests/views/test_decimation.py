"""Columns of a drawing: every point in one of them, and plain means."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bntui.run.series.history import Points
from bntui.views.decimation import even_edges, extreme_points


@given(left=st.integers(0, 500), span=st.integers(1, 2000), columns=st.integers(1, 700))
def test_even_columns_cover_every_step_once(left, span, columns):
    edges = even_edges(left, left + span, columns)
    assert len(edges) == columns + 1 and (np.diff(edges) >= 0).all()
    assert (edges[0], edges[-1]) == (left, left + span + 1)
    assert max(np.diff(edges)) - min(np.diff(edges)) <= 2


@pytest.mark.parametrize("count", [0, 1, 2, 10_000])
def test_extreme_points_keep_what_shows_a_curve(count):
    values = np.random.default_rng(count).standard_cauchy(count).astype(np.float32)
    values[count // 3 : count // 3 + 2] = np.nan
    steps, edges = np.arange(count, dtype=np.int32), even_edges(0, max(count, 1), 50)
    kept = extreme_points(Points(steps, values), edges)
    assert len(kept) <= 3 * 50 + 2 and (np.diff(kept) > 0).all()
    assert set(kept) >= ({0, count - 1} if count else set())
    for start, end in pairwise(edges):
        inside, shown = values[start:end], values[kept[(kept >= start) & (kept < end)]]
        if np.isfinite(inside).any():
            assert (np.nanmin(shown), np.nanmax(shown)) == (np.nanmin(inside), np.nanmax(inside))
        assert np.isnan(shown).any() == np.isnan(inside).any()
