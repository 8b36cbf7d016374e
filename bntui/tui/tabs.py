"""The line of pages: which there are, under which keys, and which is shown."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from bntui.tui.canvas import Canvas, CanvasWidget
from bntui.tui.palette import Inks

_GAP = 2


class Tabs(CanvasWidget):
    """Names in full, shorter, or only of the page shown, as fits; a click opens a page."""

    class Clicked(Message):
        """A page to open, by its place."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, names: Sequence[tuple[str, str]]) -> None:
        super().__init__(id="tabs")
        self._names = names
        self._shown = 0
        self._starts: list[int] = []

    def show(self, place: int) -> None:
        """Mark this page."""
        self._shown = place
        self.repaint()

    def paint(self, canvas: Canvas, inks: Inks) -> None:
        """One beside the other, the page shown between brackets of a line."""
        x = 1
        self._starts = []
        for place, name in enumerate(self._fitting(canvas.width - 2)):
            self._starts.append(x)
            shown = place == self._shown
            key = f"f{place + 1}"
            x = canvas.put_spans(x, 0, [(key, inks.focus if shown else inks.muted)])
            if name:
                x = canvas.put_spans(x, 0, [(f" {name}", inks.bold if shown else inks.muted)])
            x += _GAP

    def on_click(self, event: events.Click) -> None:
        """Open what was clicked on."""
        places = [place for place, start in enumerate(self._starts) if start <= event.x]
        if places:
            self.post_message(self.Clicked(places[-1]))

    def _fitting(self, room: int) -> list[str]:
        full = [name for name, _ in self._names]
        short = [name for _, name in self._names]
        alone = [name if place == self._shown else "" for place, name in enumerate(full)]
        return next((names for names in (full, short) if _length(names) <= room), alone)


def _length(names: Sequence[str]) -> int:
    return sum(3 + len(name) for name in names) + _GAP * (len(names) - 1)
