"""The line of pages: which there are, under which keys, and which is shown."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from bntui.tui.charts.canvas import Canvas, CanvasWidget
from bntui.tui.charts.palette import Styles

_GAP = 2


class PageTabs(CanvasWidget):
    """Names in full, shorter, or only of the page shown, as fits; a click opens a page."""

    class Clicked(Message):
        """A page to open, by its place."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, names: Sequence[tuple[str, str]]) -> None:
        super().__init__(id="tabs")
        self._names = names
        self._shown = 0
        self._starts: list[int] = []

    def show(self, index: int) -> None:
        """Mark this page."""
        self._shown = index
        self.repaint()

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        """One beside the other, the page shown between brackets of a line."""
        x = 1
        self._starts = []
        for index, name in enumerate(self._fitting(canvas.width - 2)):
            self._starts.append(x)
            shown = index == self._shown
            key = f"f{index + 1}"
            x = canvas.put_spans(x, 0, [(key, styles.focus if shown else styles.muted)])
            if name:
                x = canvas.put_spans(x, 0, [(f" {name}", styles.bold if shown else styles.muted)])
            x += _GAP

    def on_click(self, event: events.Click) -> None:
        """Open what was clicked on."""
        indices = [index for index, start in enumerate(self._starts) if start <= event.x]
        if indices:
            self.post_message(self.Clicked(indices[-1]))

    def _fitting(self, room: int) -> list[str]:
        full = [name for name, _ in self._names]
        short = [name for _, name in self._names]
        alone = [name if index == self._shown else "" for index, name in enumerate(full)]
        return next((names for names in (full, short) if _length(names) <= room), alone)


def _length(names: Sequence[str]) -> int:
    return sum(3 + len(name) for name in names) + _GAP * (len(names) - 1)
