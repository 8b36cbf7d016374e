"""The measurements of a run, as columns in memory: one writer appends, any thread reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bntui.records import Column, Measurement, RunInfo

Steps = npt.NDArray[np.int32]
Values = npt.NDArray[np.float32]


class Points(NamedTuple):
    """The measured points of one column of one variant: steps (n,) rising, values (n,) in float32."""

    steps: Steps
    values: Values


NO_POINTS = Points(np.empty(0, np.int32), np.empty(0, np.float32))


@dataclass(frozen=True, slots=True)
class Key:
    """Names one curve: a variant, and a column of a probe ('' for the whole network's layer)."""

    variant: str
    probe: str
    name: str
    layer: str = ""


class _Growing:
    # Arrays that double. Readers take slices of what `length` says; it is set last, so a slice never
    # holds a value that is still being written, and an array that was outgrown stays valid for them.
    __slots__ = ("length", "steps", "values")

    def __init__(self) -> None:
        self.steps = np.empty(64, np.int32)
        self.values = np.empty(64, np.float32)
        self.length = 0

    def append(self, step: int, value: float) -> None:
        at = self.length
        if at == len(self.steps):
            self.steps = np.concatenate([self.steps, np.empty_like(self.steps)])
            self.values = np.concatenate([self.values, np.empty_like(self.values)])
        self.steps[at] = step
        self.values[at] = value
        self.length = at + 1

    def points(self) -> Points:
        length = self.length
        return Points(self.steps[:length], self.values[:length])


class History:
    """All curves of one run. Values are float32, which is what is measured, at 8 bytes a value."""

    def __init__(self, info: RunInfo) -> None:
        self.info = info
        self._columns: Mapping[str, tuple[Column, ...]] = {
            probe: info.columns_of(probe) for probe in {column.probe: None for column in info.columns}
        }
        self._curves: dict[tuple[str, str], list[_Growing]] = {
            (variant, probe): [_Growing() for _ in columns]
            for variant in info.variants
            for probe, columns in self._columns.items()
        }
        self._places = {
            (column.probe, column.name, column.layer): place
            for columns in self._columns.values()
            for place, column in enumerate(columns)
        }
        self.version = 0

    def extend(self, measurements: Iterable[Measurement]) -> None:
        """Append measurements, in the order of their steps; only one thread may do so."""
        for measurement in measurements:
            curves = self._curves[measurement.variant, measurement.probe]
            for curve, value in zip(curves, measurement.values, strict=False):
                curve.append(measurement.step, value)
            self.version += 1

    def points(self, key: Key) -> Points:
        """The curve's points so far; no points where it does not exist."""
        place = self._places.get((key.probe, key.name, key.layer))
        if place is None:
            return NO_POINTS
        curves = self._curves.get((key.variant, key.probe))
        return curves[place].points() if curves else NO_POINTS

    def last(self, key: Key) -> float | None:
        """The newest value of a curve, or None where there is none yet."""
        values = self.points(key).values
        return float(values[-1]) if len(values) else None
