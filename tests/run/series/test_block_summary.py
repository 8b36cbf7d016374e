"""Stretches of a curve equal what reading all of it gives, however it grew."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bntui.run.series.block_summary import BlockSummary


def plain(values, start, end):
    part = values[start:end].astype(np.float64)
    finite = part[np.isfinite(part)]
    low, high = (finite.min(), finite.max()) if len(finite) else (np.inf, -np.inf)
    return low, high, finite.sum(), len(finite), len(part) - len(finite)


@settings(max_examples=150, deadline=None)
@given(
    lengths=st.lists(st.integers(0, 900), min_size=1, max_size=4),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=8),
    broken=st.sets(st.integers(0, 899), max_size=6),
)
def test_stretches_are_plain_ones(lengths, cuts, broken):
    values = np.random.default_rng(5).normal(size=900).astype(np.float32)
    values[list(broken)] = [np.nan, np.inf, -np.inf][len(broken) % 3]
    digest = BlockSummary()
    for length in sorted(lengths):
        starts = np.sort([int(one * length) for one, _ in cuts]).astype(np.intp)
        ends = np.sort([int(other * length) for _, other in cuts]).astype(np.intp)
        ends = np.maximum(starts, ends)
        found = digest.summarize(values[:length], starts, ends)
        expected = np.array([plain(values, *pair) for pair in zip(starts, ends, strict=True)]).reshape(-1, 5)
        for part, column in zip(found, expected.T, strict=True):
            np.testing.assert_allclose(part, column, rtol=1e-9, atol=1e-9)


def test_a_long_curve_is_read_once(monkeypatch):
    values, digest = np.ones(100_000, np.float32), BlockSummary()
    starts, ends = np.array([0, 50_000]), np.array([50_000, 100_000])
    digest.summarize(values, starts, ends)
    values[1000:40_000] = np.nan
    assert digest.summarize(values, starts, ends).finite.tolist() == [50_000, 50_000]
