"""The rows of a log on the screen: its entries in columns, their texts wrapped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from rich.style import Style

from bntui.tui.charts.canvas import truncate
from bntui.tui.charts.palette import Styles
from bntui.views.run_log import LogEntry

_DAY, _CLOCK, _DAY_AND_CLOCK = slice(10), slice(11, 19), slice(5, 19)
_WHAT = 12
"""Columns of the step or the level: 'step 99,999 '."""
_MAX_LABEL = 24
_FEWEST = 24
"""Columns that the text keeps; labels are cut for it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the number of its entry, its part of the text, and whether that is the first part."""

    entry: int
    text: str
    first: bool


class LogRows:
    """Entries in a width. Only what is visible is wrapped: a log may have thousands of lines."""

    def __init__(self, entries: Sequence[LogEntry], width: int) -> None:
        self._entries = entries
        days = {entry.time[_DAY] for entry in entries if entry.time}
        self._part = _CLOCK if len(days) < 2 else _DAY_AND_CLOCK
        timed = self._part.stop - self._part.start + 1 if days else 0
        label = max((len(entry.run) for entry in entries), default=0)
        self._label = min(label, _MAX_LABEL, max(width - timed - _WHAT - _FEWEST - 1, 0))
        self._time = timed
        self._text = timed + (self._label + 1 if self._label else 0) + _WHAT
        self._room = max(width - self._text, 1)

    def visible(self, first: int, selected: int, height: int) -> tuple[int, list[Row]]:
        """Return the first visible entry and the rows, so that the selected entry is among them.

        `first` is the entry that was the first one before.
        """
        if not self._entries:
            return 0, []
        at, rows = selected, self._rows(selected, height)
        at, rows = self._with_those_above(at, rows, height, until=first)
        below = selected + 1
        while below < len(self._entries) and len(rows) < height:
            rows += self._rows(below, height)
            below += 1
        at, rows = self._with_those_above(at, rows, height, until=0)
        return at, rows[:height]

    def _with_those_above(self, at: int, rows: list[Row], height: int, until: int) -> tuple[int, list[Row]]:
        """Add the entries before entry `at` to its rows, as many as fit."""
        while at > until:
            above = self._rows(at - 1, height)
            if len(above) + len(rows) > height:
                break
            at, rows = at - 1, [*above, *rows]
        return at, rows

    def _rows(self, entry: int, most: int) -> list[Row]:
        text = self._entries[entry].text
        parts = [text] if len(text) <= self._room else wrap(text, self._room, break_on_hyphens=False)
        if len(parts) > most:
            parts = [*parts[: most - 1], truncate(parts[most - 1] + "…", self._room)]
        return [Row(entry, part, not number) for number, part in enumerate(parts or [""])]

    def spans(self, row: Row, styles: Styles, selected: bool) -> list[tuple[str, Style]]:
        """Return a row as styled texts: a notice in the color of its level, a line with a colored level."""
        entry = self._entries[row.entry]
        level = _style(entry, styles)
        text = level if entry.is_notice else styles.bold if selected else styles.text
        if not row.first:
            return [(" " * self._text, styles.text), (row.text, text)]
        label = truncate(entry.run, self._label).ljust(self._label + 1) if self._label else ""
        head = (entry.time[self._part], _what(entry)) if entry.first else ("", "")
        return [
            (head[0].ljust(self._time), styles.muted),
            (label, styles.muted),
            (head[1].ljust(_WHAT), level),
            (row.text, text),
        ]


def _what(entry: LogEntry) -> str:
    """Return the step of a notice, or the level of a line."""
    if not entry.is_notice:
        return entry.level.lower()
    return "notice" if entry.step is None else f"step {entry.step:,}"


def _style(entry: LogEntry, styles: Styles) -> Style:
    if entry.level in ("ERROR", "CRITICAL"):
        return styles.error
    return styles.warning if entry.level == "WARNING" else styles.muted
