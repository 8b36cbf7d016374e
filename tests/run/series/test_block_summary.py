"""Interval summaries equal direct computation, however the curve grew."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bntui.run.series.block_summary import BlockSummary


def direct(values, start, end):
    part = values[start:end].astype(np.float64)
    finite = part[np.isfinite(part)]
    low, high = (finite.min(), finite.max()) if len(finite) else (np.inf, -np.inf)
    return low, high, finite.sum(), len(finite), len(part) - len(finite)


@settings(max_examples=150, deadline=None)
@given(
    lengths=st.lists(st.integers(0, 900), min_size=1, max_size=4),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=8),
    nonfinite=st.sets(st.integers(0, 899), max_size=6),
)
def test_summaries_equal_direct_computation(lengths, cuts, nonfinite):
    values = np.random.default_rng(5).normal(size=900).astype(np.float32)
    values[list(nonfinite)] = [np.nan, np.inf, -np.inf][len(nonfinite) % 3]
    summary = BlockSummary()
    for length in sorted(lengths):
        starts = np.sort([int(one * length) for one, _ in cuts]).astype(np.intp)
        ends = np.sort([int(other * length) for _, other in cuts]).astype(np.intp)
        ends = np.maximum(starts, ends)
        summaries = summary.summarize(values[:length], starts, ends)
        expected = np.array([direct(values, *pair) for pair in zip(starts, ends, strict=True)]).reshape(-1, 5)
        for field, column in zip(summaries, expected.T, strict=True):
            np.testing.assert_allclose(field, column, rtol=1e-9, atol=1e-9)


def test_full_blocks_are_summarized_once(monkeypatch):
    values, summary = np.ones(100_000, np.float32), BlockSummary()
    starts, ends = np.array([0, 50_000]), np.array([50_000, 100_000])
    summary.summarize(values, starts, ends)
    values[1000:40_000] = np.nan
    assert summary.summarize(values, starts, ends).finite.tolist() == [50_000, 50_000]
