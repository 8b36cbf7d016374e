"""Axes of values that are in the names of columns: `NAME_at_X` over one axis, `NAME_at_X_Y` over two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np

from bntui.number_format import compact
from bntui.records import RunInfo
from bntui.views.smooth import Array
from bntui.views.ticks import Tick, linear_ticks, log_ticks

_AT = "_at_"
_MOST_UNEVEN = 0.15
"""How far a place may lie from an even one, as a share of an interval; 1, 2, 5, 10, … are a tenth off."""


@dataclass(frozen=True, slots=True, eq=False)
class ValueAxis:
    """The rising `values` (n,) of an axis, of which those of a logarithmic one are above 0, and its title."""

    title: str
    values: Array
    log: bool = False

    @property
    def places(self) -> Array:
        """The values, or on a logarithmic axis their logarithms to base 10: (n,)."""
        return np.log10(self.values) if self.log else self.values

    @property
    def labels(self) -> tuple[str, ...]:
        """The values as text."""
        return tuple(compact(float(value)) for value in self.values)

    @property
    def edges(self) -> tuple[float, float] | None:
        """The outer edges of equal intervals around the places; None where these are too unevenly spaced for it."""
        places = self.places
        if len(places) < 2:
            return None
        half = (places[-1] - places[0]) / (len(places) - 1) / 2
        uneven = np.abs(places - np.linspace(places[0], places[-1], len(places))).max() / (2 * half)
        return (float(places[0] - half), float(places[-1] + half)) if uneven <= _MOST_UNEVEN else None

    def ticks(self, most: int) -> list[Tick]:
        """Return about `most` labelled places."""
        if not len(self.values):
            return []
        low, high = float(self.places[0]), float(self.places[-1])
        return log_ticks(low, high, most) if self.log else linear_ticks(low, high, most)


def columns_over(
    info: RunInfo, probe: str, pattern: str, title: str, log: bool = False
) -> tuple[ValueAxis, tuple[str, ...]]:
    """Return the axis of a pattern `NAME_at_*`, and the name of the column at each of its values.

    Values that a logarithmic axis does not have are left out.
    """
    found = {values[0]: name for name, values in _parsed(info, probe, pattern) if len(values) == 1}
    values = sorted(value for value in found if value > 0 or not log)
    return ValueAxis(title, np.array(values, np.float64), log), tuple(found[value] for value in values)


def columns_over_two(
    info: RunInfo, probe: str, pattern: str, titles: Sequence[str]
) -> tuple[ValueAxis, ValueAxis, dict[tuple[float, float], str]]:
    """Return the axes of X and of Y of a pattern `NAME_at_*`, and the name of the column at each (X, Y)."""
    found = {(values[0], values[1]): name for name, values in _parsed(info, probe, pattern) if len(values) == 2}
    across, up = (np.array(sorted({at[axis] for at in found}), np.float64) for axis in (0, 1))
    return ValueAxis(titles[0], across), ValueAxis(titles[1], up), found


def _parsed(info: RunInfo, probe: str, pattern: str) -> list[tuple[str, list[float]]]:
    """Return the columns that match, and the values in their names."""
    names = dict.fromkeys(column.name for column in info.columns_of(probe) if fnmatchcase(column.name, pattern))
    return [(name, list(place_of(name))) for name in names]


def place_of(column: str) -> tuple[float, ...]:
    """Return the values in the name of a column: (X,) of `NAME_at_X`, (X, Y) of `NAME_at_X_Y`."""
    return tuple(map(float, column.rpartition(_AT)[2].split("_")))
