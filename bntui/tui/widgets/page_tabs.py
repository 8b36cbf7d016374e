"""The tabs of the pages, with their keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message

from bntui.tui.charts.canvas import Canvas, CanvasWidget
from bntui.tui.charts.palette import Styles

_GAPS = (2, 1)
"""Columns between tabs, where there is room and where there is little."""
_LEAST_LETTERS = 4
"""Letters by which a page is still recognized."""


class Tab(NamedTuple):
    """A page's key, its name, and the name where room is short."""

    key: str
    name: str
    short: str


class PageTabs(CanvasWidget):
    """Tabs with full, short or cut names, or only the name of the current page, as fits; a click opens a page."""

    class Clicked(Message):
        """The index of the page to open."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, tabs: Sequence[Tab]) -> None:
        super().__init__(id="tabs")
        self._tabs = tabs
        self._current = 0
        self._starts: dict[int, int] = {}
        """The column at which each tab begins that fits."""

    def change(self, tabs: Sequence[Tab]) -> None:
        """Show other tabs; that of the current page is still at its place."""
        self._tabs = tabs
        self.repaint()

    def show(self, index: int) -> None:
        """Highlight the tab of the current page."""
        self._current = index
        self.repaint()

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        x = 1
        self._starts = {}
        names, gap = self._fitting_names(canvas.width - 2)
        for index in self._fitting_tabs(names, gap, canvas.width - 2):
            tab, name, current = self._tabs[index], names[index], index == self._current
            self._starts[index] = x
            x = canvas.put_spans(x, 0, [(tab.key, styles.focus if current else styles.muted)])
            if name:
                x = canvas.put_spans(x, 0, [(f" {name}", styles.bold if current else styles.muted)])
            x += gap

    def on_click(self, event: events.Click) -> None:
        indices = [index for index, start in self._starts.items() if start <= event.x]
        if indices:
            self.post_message(self.Clicked(indices[-1]))

    def _fitting_tabs(self, names: Sequence[str], gap: int, room: int) -> range:
        """Return the tabs that fit, by number: all, or those about the current one."""
        shown = range(self._current, self._current + 1)
        while len(shown) < len(names):
            # As many on both sides, or more on one where the other has no more.
            left = shown.start > 0 and (
                self._current - shown.start < shown.stop - self._current or shown.stop == len(names)
            )
            wider = range(shown.start - 1, shown.stop) if left else range(shown.start, shown.stop + 1)
            if self._width(names, gap, wider) > room:
                break
            shown = wider
        return shown

    def _fitting_names(self, room: int) -> tuple[Sequence[str], int]:
        """Return the names that fit, and the gap between their tabs."""
        full = [tab.name for tab in self._tabs]
        short = [tab.short for tab in self._tabs]
        every = range(len(self._tabs))
        lengths = range(max(map(len, short)) - 1, _LEAST_LETTERS - 1, -1)
        choices = [full, short, *(self._beside_current(short, length) for length in lengths)]
        fitting = ((names, gap) for names in choices for gap in _GAPS if self._width(names, gap, every) <= room)
        return next(fitting, (self._beside_current(full, 0), _GAPS[0]))

    def _beside_current(self, names: Sequence[str], length: int) -> list[str]:
        """Return the names cut to a length, but for that of the current page."""
        return [name if index == self._current else name[:length] for index, name in enumerate(names)]

    def _width(self, names: Sequence[str], gap: int, tabs: Sequence[int]) -> int:
        widths = [len(self._tabs[tab].key) + len(names[tab]) + bool(names[tab]) for tab in tabs]
        return sum(widths) + gap * (len(widths) - 1)
