"""The list of the tour's chapters, with what is done of each."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from bntui.tour.tour import Tour
from bntui.tour.tour_progress import ChapterProgress
from bntui.tui.charts.canvas import Canvas, truncate
from bntui.tui.charts.palette import Styles
from bntui.tui.widgets.selectable_list import SelectableList


class ChapterList(SelectableList):
    """A line per chapter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,n", "open", "read", key_display="enter", tooltip="Read the chapter"),
    ]

    class Opened(Message):
        """A chapter to read, by its place."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, tour: Tour) -> None:
        super().__init__(id="chapters")
        self._tour = tour
        self.line = tour.current or 0

    @property
    def count(self) -> int:
        """The number of chapters."""
        return len(self._tour.chapters)

    def open(self) -> None:
        self.post_message(self.Opened(self.line))

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        width = max((len(chapter.title) for chapter in self._tour.chapters), default=0)
        for y, place in enumerate(self.visible_lines(canvas)):
            chapter, selected = self._tour.chapters[place], place == self.line
            progress = self._tour.progress.of(chapter.name)
            if selected:
                self.mark_line(canvas, styles, 1, y)
            canvas.put(3, y, "✔" if progress.done else " ", styles.good)
            canvas.put(5, y, f"{place + 1}  {chapter.title}", styles.bold if selected else styles.text)
            said = truncate(_said(progress), canvas.width - width - 11)
            canvas.put(10 + width, y, said, styles.muted)


def _said(progress: ChapterProgress) -> str:
    """Return what was done of a chapter."""
    if progress.done:
        answered = {True: "your answer was right", False: "your answer was not right", None: ""}[progress.right]
        return ", ".join(filter(None, ["done", answered]))
    if progress == ChapterProgress():
        return ""
    return "begun"
