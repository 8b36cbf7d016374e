"""Curves derived from a history: without hidden variants and layers, or as differences between variants.

The variants of a run share their batches, and so do runs of one seed: a difference step by step is free of the scatter
between batches. Of several seeds, differences are taken seed by seed, then averaged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol

import numpy as np

from bntui.records import RunInfo
from bntui.run.series.block_summary import BlockSummary
from bntui.run.series.history import NO_POINTS, Curves, Key, Points
from bntui.run.series.measured_table import GrowingArray
from bntui.run.series.seed_mean import SeedMean

MINUS = " − "

_KEYS = 9
"""The digits that hide something."""

Pair = tuple[str, str]
"""A variant, and the variant to subtract from it."""


class Differing(Curves, Protocol):
    """One curve for each pair of variants, by the name of the pair."""

    @property
    def pairs(self) -> Mapping[str, Pair]:
        """The two variants of each difference: the first minus the second."""


class Selection:
    """The curves of some variants and layers of a history."""

    def __init__(self, history: Curves, variants: Collection[str], layers: Collection[str]) -> None:
        self._history = history
        info = history.info
        hidden = {*info.layers, *(column.layer for column in info.columns)} - {"", *layers}
        self.info: RunInfo = replace(
            info,
            variants=tuple(variant for variant in info.variants if variant in variants),
            layers=tuple(layer for layer in info.layers if layer not in hidden),
            columns=tuple(column for column in info.columns if column.layer not in hidden),
        )

    @property
    def version(self) -> int:
        """A number that increases with every measurement."""
        return self._history.version

    def points(self, key: Key) -> Points:
        """Return the curve's points so far; none for a hidden variant."""
        return self._history.points(key) if key.variant in self.info.variants else NO_POINTS

    def seeds(self, key: Key) -> Mapping[int, Points]:
        """Return the curve's points of each seed; none for a hidden variant."""
        return self._history.seeds(key) if key.variant in self.info.variants else {}

    def settled(self, variant: str) -> int:
        """Return the step before which nothing more will be measured of a variant, in any seed."""
        return self._history.settled(variant)

    def style_index(self, variant: str) -> int:
        """Return the variant's style index in the whole history."""
        return self._history.style_index(variant)


class Differences:
    """One curve for each pair of variants: the first minus the second, at the steps at which both were measured."""

    def __init__(self, history: Curves, pairs: Sequence[Pair]) -> None:
        self._history = history
        self.pairs: Mapping[str, Pair] = {MINUS.join(pair): pair for pair in pairs}
        self.info: RunInfo = replace(history.info, variants=tuple(self.pairs))
        self._curves: dict[tuple[Key, int], _Difference] = {}
        self._means: dict[Key, SeedMean] = {}

    @property
    def version(self) -> int:
        """A number that increases with every measurement."""
        return self._history.version

    def points(self, key: Key) -> Points:
        """Return the differences so far, the means over the shared seeds; `key.variant` is a key of `pairs`."""
        if key.variant not in self.pairs:
            return NO_POINTS
        settled, seeds = self.settled(key.variant), self.seeds(key)
        if len(seeds) < 2:
            return next(iter(seeds.values()))
        return self._means.setdefault(key, SeedMean()).update(seeds, settled)

    def seeds(self, key: Key) -> Mapping[int, Points]:
        """Return the differences of each shared seed; of pairs that share none, the one of their means."""
        if key.variant not in self.pairs:
            return {}
        first, second = (replace(key, variant=variant) for variant in self.pairs[key.variant])
        ends, others = self._history.seeds(first), self._history.seeds(second)
        shared = [seed for seed in ends if seed in others]
        if not shared:
            return {0: self._difference(key, 0).update(self._history.points(first), self._history.points(second))}
        return {seed: self._difference(key, seed).update(ends[seed], others[seed]) for seed in shared}

    def settled(self, variant: str) -> int:
        """Return the step before which nothing more will be measured of either variant of a pair."""
        return min(self._history.settled(name) for name in self.pairs[variant])

    def _difference(self, key: Key, seed: int) -> _Difference:
        return self._curves.setdefault((key, seed), _Difference())

    def style_index(self, variant: str) -> int:
        """Return the style index of the first variant of a pair."""
        return self._history.style_index(self.pairs[variant][0])


def successive(variants: Sequence[str]) -> list[Pair]:
    """Pair each variant with the one before it in its compared group; of groups of one variant, across groups."""
    pairs = [(variant, before) for before, variant in pairwise(variants)]
    return [pair for pair in pairs if _group(pair[0]) == _group(pair[1])] or pairs


def from_first(variants: Sequence[str]) -> list[Pair]:
    """Pair each variant with the first; of several groups, with the variant of the same name in the first of them."""
    firsts: dict[str, str] = {}
    for variant in variants:
        firsts.setdefault(variant.rpartition("/")[2], variant)
    same = [(variant, firsts[variant.rpartition("/")[2]]) for variant in variants]
    return [pair for pair in same if pair[0] != pair[1]] or [(variant, variants[0]) for variant in variants[1:]]


def _group(variant: str) -> str:
    return variant.rpartition("/")[0]


def hidden_together(variants: Sequence[str]) -> list[tuple[str, ...]]:
    """Return what each of the keys from 1 on hides: a variant, or of more than nine those of a compared group."""
    groups: dict[str, list[str]] = {}
    for variant in variants:
        groups.setdefault(_group(variant) or variant, []).append(variant)
    if len(variants) <= _KEYS or len(groups) == len(variants):
        return [(variant,) for variant in variants]
    return [tuple(group) for group in groups.values()]


class _Difference:
    # Computed values are kept: only those of new points are computed.
    def __init__(self) -> None:
        self._steps = GrowingArray(np.empty(32, np.int32))
        self._values = GrowingArray(np.empty(32, np.float32))
        self._block_summary = BlockSummary()
        self._used = (0, 0)

    def update(self, first: Points, second: Points) -> Points:
        """Return first − second at the steps that both have."""
        (begin, start), (end, stop) = self._used, _shared_lengths(first, second)
        if end > begin and stop > start:
            steps, values = first.steps[begin:end], first.values[begin:end]
            other_steps, subtracted = second.steps[start:stop], second.values[start:stop]
            if not np.array_equal(steps, other_steps):
                steps, kept, others_kept = np.intersect1d(steps, other_steps, assume_unique=True, return_indices=True)
                values, subtracted = values[kept], subtracted[others_kept]
            self._steps.extend(steps)
            with np.errstate(invalid="ignore", over="ignore"):
                self._values.extend(values - subtracted)
        self._used = (max(begin, end), max(start, stop))
        length = self._values.length
        return Points(self._steps.array[:length], self._values.array[:length], self._block_summary)


def _shared_lengths(first: Points, second: Points) -> tuple[int, int]:
    """Return the number of points of each up to the last step by which both were measured."""
    if not len(first.steps) or not len(second.steps):
        return 0, 0
    last = int(min(first.steps[-1], second.steps[-1]))
    return first.count_through(last), second.count_through(last)
