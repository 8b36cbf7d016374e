"""An axis of a grid: a key of the preset, and the values that it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from bntui.overrides import SHORT_KEYS
from bntui.printable_text import quoted
from bntui.records import UserError
from bntui.spec import explain, parsed_value
from bntui.spec_values import Strict

_DIGITS = 3
"""Significant digits of the values between the ends of a range."""
_PAIRS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Axis:
    """A dotted key of the preset and its values, in order."""

    key: str
    values: tuple[Any, ...]


class _Range(Strict):
    """A range of a sweep file: `count` values from one number to another, on a logarithmic or linear scale."""

    start: Annotated[float, Field(alias="from")]
    end: Annotated[float, Field(alias="to")]
    count: Annotated[int, Field(ge=2, le=1000)]
    scale: Literal["log", "linear"] = "log"

    def values(self) -> tuple[float, ...]:
        """Return the values, those between the ends rounded."""
        if self.scale == "log" and min(self.start, self.end) <= 0:
            raise ValueError('a range on a log scale goes between positive numbers; or give scale = "linear"')
        return (self.start, *map(self._value, range(1, self.count - 1)), self.end)

    def _value(self, index: int) -> float:
        share = index / (self.count - 1)
        if self.scale == "log":
            return float(f"{self.start * (self.end / self.start) ** share:.{_DIGITS}g}")
        return float(f"{self.start + (self.end - self.start) * share:.{_DIGITS}g}")


def checked_axis(key: str, values: Any) -> Axis:
    """Return an axis of a list of values, or of a range as sweep files write it. Raises ValueError."""
    key = SHORT_KEYS.get(key, key)
    if key == "seed":
        raise ValueError("axes.seed: seeds are no axis; write seeds = [0, 1, 2], or --seeds 0:3")
    if isinstance(values, Mapping):
        values = _range(key, values)
    if not isinstance(values, list | tuple):
        raise ValueError(f"axes.{key} = {quoted(values)}: should be a list of values")
    if not values:
        raise ValueError(f"axes.{key}: has no values")
    table = next((value for value in values if isinstance(value, Mapping)), None)
    if table is not None:
        raise ValueError(f"axes.{key} = {quoted(table)}: a table is no value; sweep its keys, as in {key}.KEY")
    return Axis(key, tuple(values))


def is_range(table: Mapping[str, Any]) -> bool:
    """Return whether a table of a sweep file is a range of values, not a table of keys."""
    return not table.keys().isdisjoint(("from", "to", "count"))


def split_values(text: str) -> list[Any]:
    """Return the values in a text like `0.1,0.3` or `[1,2],[3]`: split at commas outside of brackets and quotes.

    Raises UserError, with the reason alone, for an empty value.
    """
    texts, depth, quote = [""], 0, ""
    for char in text:
        if char == "," and not depth and not quote:
            texts.append("")
            continue
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        else:
            depth += (char in _PAIRS) - (char in _PAIRS.values() and depth > 0)
        texts[-1] += char
    if not all(each.strip() for each in texts):
        raise UserError("has an empty value" if len(texts) > 1 else "has no value")
    return [parsed_value(each.strip()) for each in texts]


def _range(key: str, table: Mapping[str, Any]) -> tuple[float, ...]:
    try:
        return _Range.model_validate(table).values()
    except ValidationError as error:
        raise ValueError(explain(error, _Range, f"axes.{key}")) from None
    except ValueError as error:
        raise ValueError(f"axes.{key}: {error}") from None
