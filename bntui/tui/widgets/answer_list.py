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
        self._answers: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """The number of answers."""
        return len(self._answers)

    @property
    def chosen(self) -> str:
        """The answer under the cursor; '' without any."""
        return self._answers[self.line] if self._answers else ""

    def show(self, answers: Sequence[str], chosen: str) -> None:
        """Show answers, with the cursor on the one that was chosen before."""
        self._answers = tuple(answers)
        self.line = self._answers.index(chosen) if chosen in self._answers else 0
        self.styles.height = max(len(self._answers), 1)
        self.repaint()

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        for y, place in enumerate(self.visible_lines(canvas)):
            selected = place == self.line
            if selected:
                canvas.put(1, y, "▸", styles.focus)
            answer = truncate(self._answers[place], canvas.width - 4)
            canvas.put(3, y, answer, styles.bold if selected else styles.text)
