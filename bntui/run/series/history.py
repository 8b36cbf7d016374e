"""The measurements of a run, as columns in memory: one writer appends, any thread reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from bntui.records import Column, Measurement, RunInfo
from bntui.run.series.block_summary import BlockSummary, Indices, IntervalSummaries

Steps = npt.NDArray[np.int32]
Values = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The measured points of one column of one variant: steps (n,) rising, values (n,) in float32."""

    steps: Steps
    values: Values
    digest: BlockSummary = field(default_factory=BlockSummary)
    """Shared by all points of a curve that grows, and so only to be asked about places below n."""

    def upto(self, count: int) -> Points:
        """The first `count` of them."""
        return self if count == len(self.values) else Points(self.steps[:count], self.values[:count], self.digest)

    def before(self, steps: int | Steps) -> Indices:
        """How many points lie before each of these steps; () for one step."""
        # Of another type than the curve's own, they would have all of it copied.
        return np.asarray(np.searchsorted(self.steps, np.asarray(steps, np.int32)))

    def until(self, step: int) -> int:
        """How many points lie up to a step, it included."""
        return int(self.before(step + 1))

    def summarize(self, starts: Indices, ends: Indices) -> IntervalSummaries:
        """What lies in values[start:end] of each pair, with rising starts and ends, start ≤ end ≤ n."""
        return self.digest.summarize(self.values, starts, ends)


NO_POINTS = Points(np.empty(0, np.int32), np.empty(0, np.float32))


@dataclass(frozen=True, slots=True)
class Key:
    """Names one curve: a variant, and a column of a probe ('' for the whole network's layer)."""

    variant: str
    probe: str
    name: str
    layer: str = ""


class Curves(Protocol):
    """What a view draws from: a run's history, or one made from histories, as by leaving variants out."""

    @property
    def info(self) -> RunInfo:
        """Which variants, layers and columns there are."""

    @property
    def version(self) -> int:
        """Rises with every measurement."""

    def points(self, key: Key) -> Points:
        """The curve's points so far; no points where it does not exist."""

    def last(self, key: Key) -> float | None:
        """The newest value of a curve, or None where there is none yet."""

    def style_index(self, variant: str) -> int:
        """The number from which a variant has its colour and mark, wherever it is shown."""


Number = TypeVar("Number", np.int32, np.float32)


class Growing(Generic[Number]):
    """An array that is added to by one thread, and read by any."""

    # An array that grows by half when it is full. Readers take slices of what `length` says; it is set last, so a
    # slice never holds a value that is still being written, and an array that was outgrown stays valid for them.
    __slots__ = ("array", "length")

    def __init__(self, array: npt.NDArray[Number], length: int = 0) -> None:
        self.array: npt.NDArray[Number] = array
        self.length = length

    def append(self, value: float) -> None:
        """Append one value."""
        at = self.length
        if at == len(self.array):
            room = np.empty(max(32, at // 2), self.array.dtype)
            self.array = np.concatenate([self.array, room])
        self.array[at] = value
        self.length = at + 1

    def extend(self, values: npt.NDArray[Number]) -> None:
        """Append all of these."""
        end = self.length + len(values)
        if end > len(self.array):
            room = np.empty(end + end // 2 - self.length, self.array.dtype)
            self.array = np.concatenate([self.array[: self.length], room])
        self.array[self.length : end] = values
        self.length = end


class _Curve:
    # The values of a column, and where in its probe's steps they begin: the columns of a probe share their steps,
    # until one of them leaves a measurement out.
    __slots__ = ("digest", "first", "own", "steps", "values")

    def __init__(self, steps: Growing[np.int32]) -> None:
        self.steps = steps
        self.own = False
        self.first = 0
        self.values = Growing(np.empty(32, np.float32))
        self.digest = BlockSummary()

    def append(self, step: int, row: int, value: float) -> None:
        if not self.values.length:
            self.first = row
        elif not self.own and self.first + self.values.length != row:
            self.steps, self.own, self.first = Growing(self.points().steps.copy(), self.values.length), True, 0
        if self.own:
            self.steps.append(step)
        self.values.append(value)

    def points(self) -> Points:
        # The length first: there are at least as many steps as values at any time.
        length = self.values.length
        return Points(self.steps.array[self.first : self.first + length], self.values.array[:length], self.digest)


class _Table:
    """What one probe measured of one variant."""

    __slots__ = ("curves", "steps")

    def __init__(self, columns: int) -> None:
        self.steps = Growing(np.empty(32, np.int32))
        self.curves = [_Curve(self.steps) for _ in range(columns)]

    def append(self, step: int, values: Iterable[float]) -> None:
        row = self.steps.length
        self.steps.append(step)
        for curve, value in zip(self.curves, values, strict=False):
            curve.append(step, row, value)


class History:
    """All curves of one run. Values are float32, which is what is measured; a value takes 4 to 8 bytes."""

    def __init__(self, info: RunInfo) -> None:
        self.info = info
        self._columns: Mapping[str, tuple[Column, ...]] = {
            probe: info.columns_of(probe) for probe in {column.probe: None for column in info.columns}
        }
        self._tables = {
            (variant, probe): _Table(len(columns))
            for variant in info.variants
            for probe, columns in self._columns.items()
        }
        self._indices = {
            (column.probe, column.name, column.layer): index
            for columns in self._columns.values()
            for index, column in enumerate(columns)
        }
        self.version = 0

    def extend(self, measurements: Iterable[Measurement]) -> None:
        """Append measurements, in the order of their steps; only one thread may do so."""
        for measurement in measurements:
            table = self._tables[measurement.variant, measurement.probe]
            table.append(measurement.step, measurement.values)
            self.version += 1

    def points(self, key: Key) -> Points:
        """The curve's points so far; no points where it does not exist."""
        index = self._indices.get((key.probe, key.name, key.layer))
        if index is None:
            return NO_POINTS
        table = self._tables.get((key.variant, key.probe))
        return table.curves[index].points() if table else NO_POINTS

    def last(self, key: Key) -> float | None:
        """The newest value of a curve, or None where there is none yet."""
        values = self.points(key).values
        return float(values[-1]) if len(values) else None

    def style_index(self, variant: str) -> int:
        """The variant's place in the run."""
        return self.info.variants.index(variant)
