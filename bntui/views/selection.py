"""A history as the reader wants it: without what is hidden, or as differences between variants.

The variants of a run share their batches, so a difference step by step is free of the batches' own scatter.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from bntui.records import RunInfo
from bntui.run.series.block_summary import BlockSummary
from bntui.run.series.history import NO_POINTS, Curves, GrowingArray, Key, Points

MINUS = " − "

Pair = tuple[str, str]
"""A variant, and the one that is taken from it."""


class Selection:
    """Some of the variants and layers of a history."""

    def __init__(self, history: Curves, variants: Collection[str], layers: Collection[str]) -> None:
        self._history = history
        info = history.info
        hidden = {*info.layers, *(column.layer for column in info.columns)} - {"", *layers}
        self.info: RunInfo = replace(
            info,
            variants=tuple(each for each in info.variants if each in variants),
            layers=tuple(each for each in info.layers if each not in hidden),
            columns=tuple(each for each in info.columns if each.layer not in hidden),
        )

    @property
    def version(self) -> int:
        """Rises with every measurement."""
        return self._history.version

    def points(self, key: Key) -> Points:
        """The curve's points so far."""
        return self._history.points(key) if key.variant in self.info.variants else NO_POINTS

    def style_index(self, variant: str) -> int:
        """The variant's place, whatever else is hidden."""
        return self._history.style_index(variant)


class Differences:
    """One curve for each pair of variants: the first minus the second, at the steps at which both were measured."""

    def __init__(self, history: Curves, pairs: Sequence[Pair]) -> None:
        self._history = history
        self.pairs = {MINUS.join(pair): pair for pair in pairs}
        self.info: RunInfo = replace(history.info, variants=tuple(self.pairs))
        self._curves: dict[Key, _Difference] = {}

    @property
    def version(self) -> int:
        """Rises with every measurement."""
        return self._history.version

    def points(self, key: Key) -> Points:
        """The differences so far."""
        pair = self.pairs.get(key.variant)
        if pair is None:
            return NO_POINTS
        one, other = (self._history.points(replace(key, variant=variant)) for variant in pair)
        return self._curves.setdefault(key, _Difference()).of(one, other)

    def style_index(self, variant: str) -> int:
        """That of the variant from which another is taken."""
        return self._history.style_index(self.pairs[variant][0])


def successive(variants: Sequence[str]) -> list[Pair]:
    """Each variant minus the one before it."""
    return [(one, before) for before, one in pairwise(variants)]


def from_first(variants: Sequence[str]) -> list[Pair]:
    """Each variant minus the first."""
    return [(one, variants[0]) for one in variants[1:]]


class _Difference:
    # It grows with the curves that it is taken of: what was subtracted once is kept.
    def __init__(self) -> None:
        self._steps = GrowingArray(np.empty(32, np.int32))
        self._values = GrowingArray(np.empty(32, np.float32))
        self._block_summary = BlockSummary()
        self._taken = (0, 0)

    def of(self, one: Points, other: Points) -> Points:
        ends = self._ends(one, other)
        (begin, start), (end, stop) = self._taken, ends
        if end > begin and stop > start:
            here, there = one.steps[begin:end], other.steps[start:stop]
            steps, mine, its = np.intersect1d(here, there, assume_unique=True, return_indices=True)
            with np.errstate(invalid="ignore", over="ignore"):
                values = one.values[begin:end][mine] - other.values[start:stop][its]
            self._steps.extend(steps)
            self._values.extend(values)
        self._taken = (max(begin, end), max(start, stop))
        length = self._values.length
        return Points(self._steps.array[:length], self._values.array[:length], self._block_summary)

    @staticmethod
    def _ends(one: Points, other: Points) -> tuple[int, int]:
        """How many points of each lie where both are known."""
        if not len(one.steps) or not len(other.steps):
            return 0, 0
        known = min(one.steps[-1], other.steps[-1])
        return (
            int(np.searchsorted(one.steps, known, side="right")),
            int(np.searchsorted(other.steps, known, side="right")),
        )
