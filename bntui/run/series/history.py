"""The measurements of a run as columns in memory: one thread appends, any thread reads."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from itertools import islice
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bntui.records import Column, Measurement, MeasurementBlocks, RunInfo, StepRange
from bntui.run.series.block_summary import BlockSummary, Indices, IntervalSummaries
from bntui.run.series.measured_table import MeasuredTable
from bntui.run.series.measured_table import Steps as Steps
from bntui.run.series.measured_table import Values as Values


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The measured points of one column of one variant: steps (n,), rising, and values (n,), float32."""

    steps: Steps
    values: Values
    block_summary: BlockSummary = field(default_factory=BlockSummary, repr=False)
    """Shared by all `Points` of one growing curve; valid for indices below n."""
    spread: Spread | None = None
    """How far seeds lie apart; None for the points of a single run."""
    numbers: Steps | None = None
    """The steps of the measurements, where `steps` are their places on an axis that does not count steps."""

    @property
    def measured_at(self) -> Steps:
        """The steps of the measurements (n,), on whatever axis the points stand."""
        return self.steps if self.numbers is None else self.numbers

    @property
    def last(self) -> float | None:
        """The newest value; None without points."""
        return float(self.values[-1]) if len(self.values) else None

    def head(self, count: int) -> Points:
        """Return the first `count` points."""
        if count == len(self.values):
            return self
        spread = self.spread and self.spread.head(count)
        numbers = None if self.numbers is None else self.numbers[:count]
        return Points(self.steps[:count], self.values[:count], self.block_summary, spread, numbers)

    def count_before(self, steps: int | Steps) -> Indices:
        """Count the points before each of `steps`; shape () for a single step."""
        # searchsorted copies the whole curve if the dtypes differ.
        return np.asarray(np.searchsorted(self.steps, np.asarray(steps, np.int32)))

    def count_through(self, step: int) -> int:
        """Count the points up to and including `step`."""
        return int(self.count_before(step + 1))

    def summarize(self, starts: Indices, ends: Indices) -> IntervalSummaries:
        """Summarize values[start:end] for each pair, with rising starts and ends, start ≤ end ≤ n."""
        return self.block_summary.summarize(self.values, starts, ends)


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How far seeds lie apart about each point of their mean: the ends of its 95 % t interval, as curves.

    The ends are NaN where fewer than two seeds, or one that is not finite, leave no interval. `counts` (n,) are the
    numbers of seeds measured at each step.
    """

    low: Points
    high: Points
    counts: npt.NDArray[np.int32]

    @property
    def ends(self) -> tuple[Points, Points]:
        """The lower and the upper end."""
        return self.low, self.high

    def head(self, count: int) -> Spread:
        """Return the spread of the first `count` points."""
        return Spread(self.low.head(count), self.high.head(count), self.counts[:count])


NO_POINTS = Points(np.empty(0, np.int32), np.empty(0, np.float32))


@dataclass(frozen=True, slots=True)
class Key:
    """The name of one curve: a variant and a column of a probe; layer '' is the whole network."""

    variant: str
    probe: str
    name: str
    layer: str = ""


SETTLED = 2**31 - 1
"""Larger than any step: everything has been measured."""


class Curves(Protocol):
    """The curves that a view draws: a run's history, or a selection, difference or merge of histories."""

    @property
    def info(self) -> RunInfo:
        """The run's variants, layers and columns."""

    @property
    def version(self) -> int:
        """A number that increases with every measurement."""

    def points(self, key: Key) -> Points:
        """Return the curve's points so far, the mean of several seeds; none if there is no such curve."""

    def seeds(self, key: Key) -> Mapping[int, Points]:
        """Return the curve's points of each seed, `NO_POINTS` where it has none; one entry for a single run."""

    def settled(self, variant: str) -> int:
        """Return the step before which nothing more will be measured of a variant, in any seed."""

    def style_index(self, variant: str) -> int:
        """Return the number that determines a variant's color and mark on every chart."""


def _numbered(rank: int, table: MeasuredTable) -> Iterator[tuple[int, int, tuple[float, ...]]]:
    for step, values in table.rows():
        yield step, rank, values


class History:
    """All curves of one run, in float32 as measured; a value takes 4 to 8 bytes with its step."""

    def __init__(self, info: RunInfo) -> None:
        self.info = info
        self._columns: Mapping[str, tuple[Column, ...]] = {probe: info.columns_of(probe) for probe in info.probes}
        self._tables = {
            (variant, probe): MeasuredTable(len(columns))
            for variant in info.variants
            for probe, columns in self._columns.items()
        }
        self._indices = {
            (column.probe, column.name, column.layer): index
            for columns in self._columns.values()
            for index, column in enumerate(columns)
        }
        self._numbers = {key: number for number, key in enumerate(self._tables)}
        self._block_summaries: dict[Key, BlockSummary] = {}
        self._last = (-1, 0)
        # Pairs of tables measured one after the other in a step. Each step measures in the same order, so these few
        # pairs tell the order of all measurements.
        self._pairs: set[tuple[int, int]] = set()
        self.version = 0
        self.over = False
        """True once nothing more will be measured."""

    def extend(self, measurements: Iterable[Measurement]) -> None:
        """Append measurements in step order; call it from one thread only."""
        for measurement in measurements:
            key = measurement.variant, measurement.probe
            step, number = measurement.step, self._numbers[key]
            self._tables[key].append(step, measurement.values)
            if self._last[0] == step:
                self._pairs.add((self._last[1], number))
            self._last = step, number
            self.version += 1

    def extend_blocks(self, added: MeasurementBlocks) -> None:
        """Append many measurements at once, as `extend` does."""
        for block in added.blocks:
            self._tables[block.variant, block.probe].extend(block.steps, block.values)
        self._pairs |= {(self._numbers[before], self._numbers[after]) for before, after in added.successive}
        self._last = added.last_step, self._numbers[added.last]
        self.version += added.count

    def measurements(self, steps: StepRange | None = None) -> Iterator[Measurement]:
        """Yield the measurements so far, or those of some steps, in the order in which they were taken."""
        count = self.version
        keys = list(self._tables)
        ordered = [keys[number] for number in self._order()]
        tables = [_numbered(rank, self._tables[key]) for rank, key in enumerate(ordered)]
        for step, rank, values in islice(heapq.merge(*tables), count):
            if steps is None or steps[0] <= step <= steps[1]:
                yield Measurement(step, *ordered[rank], values)

    def _order(self) -> list[int]:
        """Return the numbers of the tables in the order of their measurements in a step."""
        sorter: TopologicalSorter[int] = TopologicalSorter(dict.fromkeys(range(len(self._tables)), ()))
        for before, after in self._pairs.copy():
            sorter.add(after, before)
        return list(sorter.static_order())

    @property
    def last_step(self) -> int | None:
        """The step of the newest measurement; None before there is one."""
        return max((table.last_step for table in self._tables.values() if table.last_step is not None), default=None)

    def points(self, key: Key) -> Points:
        """Return the curve's points so far; none if there is no such curve."""
        index = self._indices.get((key.probe, key.name, key.layer))
        if index is None:
            return NO_POINTS
        table = self._tables.get((key.variant, key.probe))
        if table is None:
            return NO_POINTS
        return Points(*table.curve(index), self._block_summaries.setdefault(key, BlockSummary()))

    def seeds(self, key: Key) -> Mapping[int, Points]:
        """Return the curve's points; the run does not know its seed, so its number is 0."""
        return {0: self.points(key)}

    def settled(self, variant: str) -> int:
        """Return the step of the newest measurement, as each step is measured after the one before."""
        return SETTLED if self.over else max(self._last[0], 0)

    def style_index(self, variant: str) -> int:
        """Return the variant's index in the run."""
        return self.info.variants.index(variant)
