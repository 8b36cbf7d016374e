"""Extremes, sums and counts over intervals of a long curve, from cached summaries of its blocks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

BLOCK = 64
"""Points per block. Curves only grow, so the summary of a full block stays valid."""

Values = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


class IntervalSummaries(NamedTuple):
    """Lowest and highest value (inf and −inf where there is none), sum and count of k intervals, each (k,).

    These cover finite values only; `nonfinite` counts the others.
    """

    low: Reals
    high: Reals
    total: Reals
    finite: Reals
    nonfinite: Reals


class BlockSummary:
    """Summaries of the full blocks of one growing curve, computed on first use and extended as it grows."""

    def __init__(self) -> None:
        self._blocks = _NO_BLOCKS

    def summarize(self, values: Values, starts: Indices, ends: Indices) -> IntervalSummaries:
        """Summarize values[start:end] for each pair, with rising starts and ends, start ≤ end."""
        if not len(starts):
            return _summarize_rows(np.empty((0, 1), np.float32), np.empty((0, 1), np.bool_))
        if int((ends - starts).max()) <= 2 * BLOCK:
            return _summarize_directly(values, starts, ends)
        first, last = -(-starts // BLOCK), ends // BLOCK
        whole = first < last
        head_ends, tail_starts = np.where(whole, first * BLOCK, ends), np.where(whole, last * BLOCK, ends)
        summaries = _join(
            _summarize_directly(values, starts, head_ends), _summarize_directly(values, tail_starts, ends)
        )
        middle = _reduce_blocks(self._first_blocks(values, int(last.max())), first[whole], last[whole])
        for joined, field in zip(_join(_select(summaries, whole), middle), summaries, strict=True):
            field[whole] = joined
        return summaries

    def _first_blocks(self, values: Values, count: int) -> IntervalSummaries:
        known = len(self._blocks.low)
        if known < count:
            # Two reader threads may compute the same blocks at once; the results are equal and one is kept.
            rows = values[known * BLOCK : count * BLOCK].reshape(-1, BLOCK)
            added = _summarize_rows(rows, np.ones(rows.shape, np.bool_))
            self._blocks = IntervalSummaries(*(np.concatenate(pair) for pair in zip(self._blocks, added, strict=True)))
        return self._blocks


def _summarize_directly(values: Values, starts: Indices, ends: Indices) -> IntervalSummaries:
    width = max(int((ends - starts).max()), 1)
    indices = starts[:, None] + np.arange(width)
    inside = indices < ends[:, None]
    if not len(values):
        return _summarize_rows(np.zeros(indices.shape, np.float32), inside)
    return _summarize_rows(values[np.minimum(indices, len(values) - 1)], inside)


def _summarize_rows(rows: Values, inside: npt.NDArray[np.bool_]) -> IntervalSummaries:
    finite = np.isfinite(rows) & inside
    return IntervalSummaries(
        np.where(finite, rows, np.inf).min(axis=1, initial=np.inf).astype(np.float64),
        np.where(finite, rows, -np.inf).max(axis=1, initial=-np.inf).astype(np.float64),
        np.where(finite, rows, 0.0).sum(axis=1, dtype=np.float64),
        finite.sum(axis=1, dtype=np.float64),
        (inside & ~finite).sum(axis=1, dtype=np.float64),
    )


# Many curves are never drawn: they share this one, which is not changed but replaced.
_NO_BLOCKS = _summarize_rows(np.empty((0, BLOCK), np.float32), np.empty((0, BLOCK), np.bool_))


def _reduce_blocks(blocks: IntervalSummaries, first: Indices, last: Indices) -> IntervalSummaries:
    """Join blocks first … last − 1 of each pair."""
    if not len(first):
        return _select(blocks, np.zeros(len(blocks.low), np.bool_))
    pairs, end = np.stack([first, last], axis=1).ravel(), int(last.max())
    reductions = (np.minimum, np.maximum, np.add, np.add, np.add)
    # reduceat needs an element at index `end`, the end of the last pair.
    return IntervalSummaries(
        *(
            reduction.reduceat(np.append(field[:end], 0.0), pairs)[::2]
            for reduction, field in zip(reductions, blocks, strict=True)
        )
    )


def _join(left: IntervalSummaries, right: IntervalSummaries) -> IntervalSummaries:
    return IntervalSummaries(
        np.minimum(left.low, right.low),
        np.maximum(left.high, right.high),
        left.total + right.total,
        left.finite + right.finite,
        left.nonfinite + right.nonfinite,
    )


def _select(summaries: IntervalSummaries, mask: npt.NDArray[np.bool_]) -> IntervalSummaries:
    return IntervalSummaries(*(field[mask] for field in summaries))
