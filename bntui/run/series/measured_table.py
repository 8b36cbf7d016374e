"""The measurements of one probe and one variant as a table in memory: one thread appends, any thread reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

Steps = npt.NDArray[np.int32]
Values = npt.NDArray[np.float32]
Number = TypeVar("Number", np.int32, np.float32, np.float64)

CHUNK = 4096
"""Rows of a table that are read at a time."""
_FIRST_ROOM = 32


class GrowingArray(Generic[Number]):
    """An array with amortized append; one thread appends, any thread reads `array[:length]`."""

    # A full array is replaced by one that is half as long again; readers of the old one keep valid data. `length` is
    # set last, so a reader's slice never includes a value that is still being written.
    __slots__ = ("array", "length")

    def __init__(self, array: npt.NDArray[Number], length: int = 0) -> None:
        self.array: npt.NDArray[Number] = array
        self.length = length

    def extend(self, values: npt.NDArray[Number]) -> None:
        """Append an array of values."""
        end = self.length + len(values)
        if end > len(self.array):
            room = np.empty(end + end // 2 - self.length, self.array.dtype)
            self.array = np.concatenate([self.array[: self.length], room])
        self.array[self.length : end] = values
        self.length = end


class MeasuredTable:
    """Rows of a step and up to `columns` float32 values, of which trailing ones may be missing.

    All columns share one array, as most runs have many short ones.
    """

    __slots__ = ("_length", "_steps", "_values", "_widths")

    def __init__(self, columns: int) -> None:
        self._steps: Steps = np.empty(0, np.int32)
        self._values: Values = np.empty((columns, 0), np.float32)
        self._length = 0
        # The number of values of a row and of those after it: (row, values), where it changes.
        self._widths: list[tuple[int, int]] = []

    def append(self, step: int, values: Sequence[float]) -> None:
        """Append one row."""
        width = self._make_room(1, len(values))
        self._steps[self._length] = step
        self._values[:width, self._length] = values[:width]
        self._length += 1

    def extend(self, steps: Steps, values: Values) -> None:
        """Append rows (k,) of as many values each (k, width)."""
        width, end = self._make_room(len(steps), values.shape[1]), self._length + len(steps)
        self._steps[self._length : end] = steps
        self._values[:width, self._length : end] = values[:, :width].T
        self._length = end

    def _make_room(self, rows: int, width: int) -> int:
        """Make room for rows of this width, and return how many of their values the table has columns for."""
        columns, room = self._values.shape
        end, width = self._length + rows, min(width, columns)
        if end > room:
            # Rows that come at once are often all there will be.
            more = (end + end // 2 if room else max(end, _FIRST_ROOM if rows == 1 else 0)) - room
            self._steps = np.concatenate([self._steps, np.empty(more, np.int32)])
            self._values = np.concatenate([self._values, np.empty((columns, more), np.float32)], axis=1)
        if not self._widths or self._widths[-1][1] != width:
            self._widths.append((self._length, width))
        return width

    def curve(self, column: int) -> tuple[Steps, Values]:
        """Return the steps (n,) and values (n,) of the rows that have a value in a column."""
        # Read the length first: a row counts once it is complete.
        length = self._length
        steps, values = self._steps, self._values[column]
        if len(self._widths) == 1 and self._widths[0][1] > column:
            return steps[:length], values[:length]
        parts = _merged((first, end) for first, end, width in self._runs(length) if width > column)
        if len(parts) == 1:
            (first, end), *_ = parts
            return steps[first:end], values[first:end]
        joined = [np.concatenate([array[:0], *(array[first:end] for first, end in parts)]) for array in (steps, values)]
        return joined[0], joined[1]

    def _runs(self, length: int) -> Iterator[tuple[int, int, int]]:
        """Yield first row, end and width of each run of rows of the same width, among the first `length`."""
        widths = [(first, width) for first, width in self._widths.copy() if first < length]
        for (first, width), (end, _) in pairwise([*widths, (length, 0)]):
            yield first, end, width

    @property
    def last_step(self) -> int | None:
        """The step of the last row; None without one."""
        length = self._length
        return int(self._steps[length - 1]) if length else None

    def rows(self) -> Iterator[tuple[int, tuple[float, ...]]]:
        """Yield the step and the values of each row."""
        length = self._length
        steps, values = self._steps, self._values
        for first, end, width in self._runs(length):
            for start in range(first, end, CHUNK):
                part = slice(start, min(start + CHUNK, end))
                for step, row in zip(steps[part].tolist(), values[:width, part].T.tolist(), strict=True):
                    yield step, tuple(row)


def _merged(parts: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join ranges that follow one another."""
    merged: list[tuple[int, int]] = []
    for first, end in parts:
        if merged and merged[-1][1] == first:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((first, end))
    return merged
