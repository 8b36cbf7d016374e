"""The answers to a chapter's question, of which the reader chooses one."""

from __future__ import annotations

from collections.abc import Sequence

from bntui.tui.charts.canvas import Canvas, truncate
from bntui.tui.charts.palette import Styles
from bntui.tui.widgets.selectable_list import SelectableList


class AnswerList(SelectableList):
    """A line for each answer; its screen says what choosing does."""

    def __init__(self) -> None:
        super().__init__(id="answers")
        self.texts: tuple[str, ...] = ()
        """The answers."""

    @property
    def count(self) -> int:
        """The number of answers."""
        return len(self.texts)

    @property
    def chosen(self) -> str:
        """The answer under the cursor; '' without any."""
        return self.texts[self.line] if self.texts else ""

    def show(self, answers: Sequence[str], chosen: str) -> None:
        """Show answers, with the cursor on the one that was chosen before."""
        self.texts = tuple(answers)
        self.line = self.texts.index(chosen) if chosen in self.texts else 0
        self.styles.height = max(len(self.texts), 1)
        self.repaint()

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        for y, place in enumerate(self.visible_lines(canvas)):
            selected = place == self.line
            if selected:
                canvas.put(1, y, "▸", styles.focus)
            answer = truncate(self.texts[place], canvas.width - 4)
            canvas.put(3, y, answer, styles.bold if selected else styles.text)
