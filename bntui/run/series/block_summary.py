"""Extremes, sums and counts over stretches of a long curve, without reading all of it again for every picture."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

BLOCK = 64
"""Points summed up together: what is summed up lasts for good, because a curve is only ever added to."""

Values = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


class IntervalSummaries(NamedTuple):
    """Of each stretch (k,): its lowest and highest value (inf and −inf where there is none), sum and number.

    Of finite values only; `broken` is the number of the others.
    """

    low: Reals
    high: Reals
    total: Reals
    finite: Reals
    broken: Reals


class BlockSummary:
    """What is known of each whole block of one growing curve; made when it is first asked for, and then added to."""

    def __init__(self) -> None:
        self._blocks = _each(np.empty((0, BLOCK), np.float32), np.empty((0, BLOCK), np.bool_))

    def summarize(self, values: Values, starts: Indices, ends: Indices) -> IntervalSummaries:
        """Of values[start:end] of each pair, with rising starts and ends, start ≤ end."""
        if not len(starts):
            return _each(np.empty((0, 1), np.float32), np.empty((0, 1), np.bool_))
        if int((ends - starts).max()) <= 2 * BLOCK:
            return _direct(values, starts, ends)
        first, last = -(-starts // BLOCK), ends // BLOCK
        whole = first < last
        inner, outer = np.where(whole, first * BLOCK, ends), np.where(whole, last * BLOCK, ends)
        found = _joined(_direct(values, starts, inner), _direct(values, outer, ends))
        middle = _reduced(self._upto(values, int(last.max())), first[whole], last[whole])
        for whole_of, part in zip(_joined(_at(found, whole), middle), found, strict=True):
            part[whole] = whole_of
        return found

    def _upto(self, values: Values, count: int) -> IntervalSummaries:
        known = len(self._blocks.low)
        if known < count:
            # Readers in two threads may both get here; they come to the same, and one of them is kept.
            fresh = values[known * BLOCK : count * BLOCK].reshape(-1, BLOCK)
            more = _each(fresh, np.ones(fresh.shape, np.bool_))
            blocks = (np.concatenate(pair) for pair in zip(self._blocks, more, strict=True))
            self._blocks = IntervalSummaries(*blocks)
        return self._blocks


def _direct(values: Values, starts: Indices, ends: Indices) -> IntervalSummaries:
    width = max(int((ends - starts).max()), 1)
    indices = starts[:, None] + np.arange(width)
    inside = indices < ends[:, None]
    if not len(values):
        return _each(np.zeros(indices.shape, np.float32), inside)
    return _each(values[np.minimum(indices, len(values) - 1)], inside)


def _each(rows: Values, inside: npt.NDArray[np.bool_]) -> IntervalSummaries:
    """Of each row, what is inside."""
    finite = np.isfinite(rows) & inside
    return IntervalSummaries(
        np.where(finite, rows, np.inf).min(axis=1, initial=np.inf).astype(np.float64),
        np.where(finite, rows, -np.inf).max(axis=1, initial=-np.inf).astype(np.float64),
        np.where(finite, rows, 0.0).sum(axis=1, dtype=np.float64),
        finite.sum(axis=1, dtype=np.float64),
        (inside & ~finite).sum(axis=1, dtype=np.float64),
    )


def _reduced(blocks: IntervalSummaries, first: Indices, last: Indices) -> IntervalSummaries:
    """Blocks first … last − 1 of each pair taken together."""
    if not len(first):
        return IntervalSummaries(*(part[:0] for part in blocks))
    pairs, end = np.stack([first, last], axis=1).ravel(), int(last.max())
    ways = (np.minimum, np.maximum, np.add, np.add, np.add)
    # One more, because a stretch that ends at the end of all is followed by another that begins there.
    return IntervalSummaries(
        *(way.reduceat(np.append(part[:end], 0.0), pairs)[::2] for way, part in zip(ways, blocks, strict=True))
    )


def _joined(one: IntervalSummaries, other: IntervalSummaries) -> IntervalSummaries:
    return IntervalSummaries(
        np.minimum(one.low, other.low),
        np.maximum(one.high, other.high),
        one.total + other.total,
        one.finite + other.finite,
        one.broken + other.broken,
    )


def _at(summarize: IntervalSummaries, chosen: npt.NDArray[np.bool_]) -> IntervalSummaries:
    return IntervalSummaries(*(part[chosen] for part in summarize))
