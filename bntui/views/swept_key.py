"""The values of a swept key as places on an axis: linear, logarithmic, or one place for each name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bntui.number_format import compact
from bntui.sweep.results import MeasuredPoint
from bntui.toml_text import short_key
from bntui.views.smooth import Array

_MAX_NAME = 24
"""Characters of a value that is not a number."""


@dataclass(frozen=True, slots=True, eq=False)
class SweptKey:
    """A key and the values that a sweep gives it, rising if they are numbers, else in the sweep's order.

    `places` (n,) are the places on the axis: the values, their logarithms to base 10 if `log`, or 0, 1, 2, … where
    the values are not numbers.
    """

    key: str
    values: tuple[Any, ...]
    places: Array
    log: bool = False
    numeric: bool = True
    name: str = ""
    """The last parts of the key, as in 'lr', that tell it from the other swept keys."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The values as text."""
        return tuple(map(value_text, self.values))

    def index(self, setting: Mapping[str, Any]) -> int | None:
        """Return the index of the value in a setting; None where the setting has another one."""
        return next((index for index, value in enumerate(self.values) if value == setting.get(self.key)), None)


def swept_keys(points: Sequence[MeasuredPoint]) -> tuple[SweptKey, ...]:
    """Return the keys of the points' settings, in their order."""
    keys = tuple(dict.fromkeys(key for point in points for key in point.setting))
    return tuple(
        replace(
            swept_key(key, [point.setting[key] for point in points if key in point.setting]), name=short_key(key, keys)
        )
        for key in keys
    )


def swept_key(key: str, values: Iterable[Any]) -> SweptKey:
    """Return the key with its different values; the axis is logarithmic where the values lie more evenly on one."""
    unique: list[Any] = []
    for value in values:
        if value not in unique:
            unique.append(value)
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in unique):
        places = np.arange(len(unique), dtype=np.float64)
        return SweptKey(key, tuple(unique), places, numeric=False, name=short_key(key, ()))
    unique.sort()
    numbers = np.array(unique, np.float64)
    log = _evenly_spaced_logs(numbers)
    return SweptKey(key, tuple(unique), np.log10(numbers) if log else numbers, log, name=short_key(key, ()))


def value_text(value: Any) -> str:
    """Return a value of a preset as a short text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value}".replace("-", "−")
    if isinstance(value, float):
        return compact(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MAX_NAME else text[: _MAX_NAME - 1] + "…"


def _evenly_spaced_logs(numbers: Array) -> bool:
    """Return whether rising numbers lie more evenly on a logarithmic axis; of two, whether a decade lies between."""
    if len(numbers) < 2 or numbers[0] <= 0:
        return False
    if len(numbers) == 2:
        return bool(numbers[1] >= 10 * numbers[0])
    return _unevenness(np.log10(numbers)) < _unevenness(numbers)


def _unevenness(places: Array) -> float:
    """Return by how much the distances between neighbors differ, relative to their mean."""
    gaps = np.diff(places)
    return float(gaps.std() / gaps.mean())
