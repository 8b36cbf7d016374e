"""The columns of a list: which of them fit, and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

Row = TypeVar("Row")

TOP_PRIORITY = 9
ALWAYS = 8
"""Columns of at least this priority are shown even without a text."""
_GAP = 2
_LEFT = 3
"""Cells before the first column."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column. Where room is short, columns of low `priority` are cut or left out first; `most` is the widest text.

    A `whole` one is never cut: a number without its last digits is another number.
    """

    title: str
    priority: int
    text: Callable[[Row], str]
    most: int = 40
    whole: bool = False


class PlacedColumn(NamedTuple, Generic[Row]):
    """A column, its first cell and its width."""

    column: Column[Row]
    x: int
    width: int


def fitted(columns: Sequence[Column[Row]], rows: Sequence[Row], room: int) -> list[PlacedColumn[Row]]:
    """Return the columns that have texts and fit into `room` cells."""
    widths: dict[Column[Row], int] = {}
    for column in columns:
        longest = max((len(column.text(row)) for row in rows), default=0)
        if longest or column.priority >= ALWAYS:
            widths[column] = max(min(longest, column.most), len(column.title))
    while len(widths) > 2 and _LEFT + sum(widths.values()) + _GAP * len(widths) > room:
        # Of several, the last one.
        last = min(reversed(widths), key=lambda column: column.priority)
        left = room - _LEFT - sum(width for column, width in widths.items() if column is not last) - _GAP * len(widths)
        # A cut column is useful while it has room for a few words.
        if left >= max(12, len(last.title)) and not last.whole:
            widths[last] = left
            break
        del widths[last]
    placed, x = [], _LEFT
    for column, width in widths.items():
        placed.append(PlacedColumn(column, x, width))
        x += width + _GAP
    return placed
