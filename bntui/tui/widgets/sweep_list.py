"""A list of sweeps to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from bntui.sweep.overview import SweepLine
from bntui.tui.charts.canvas import Canvas, truncate
from bntui.tui.charts.palette import Styles
from bntui.tui.widgets.fitted_columns import TOP_PRIORITY, Column, fitted
from bntui.tui.widgets.selectable_list import SelectableList
from bntui.tui.widgets.sweep_header import grid_text

_COLUMNS: tuple[Column[SweepLine], ...] = (
    Column("sweep", TOP_PRIORITY, lambda line: line.name),
    Column("state", 8, lambda line: line.state, 60),
    Column("preset", 5, lambda line: line.grid.preset_name if line.grid else ""),
    Column("grid", 6, lambda line: grid_text(line.grid) if line.grid else "", 60),
    Column("points", 7, lambda line: str(line.counts) if line.grid else "", 60),
)


class SweepList(SelectableList):
    """A line per sweep."""

    HEAD = 1

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", tooltip="Open the sweep"),
    ]

    class Opened(Message):
        """The name of a sweep to open."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__(id="sweep-list")
        self._lines: Sequence[SweepLine] = ()
        self._empty = "reading sweeps …"

    @property
    def count(self) -> int:
        """The number of sweeps."""
        return len(self._lines)

    def show(self, lines: Sequence[SweepLine]) -> None:
        """Show sweeps, with the cursor on the same one as before."""
        current = self._lines[self.line].name if self._lines else None
        self._lines = lines
        self._empty = "no sweeps yet; bntui sweep noisy --seeds 0:5 trains one"
        same = (index for index, line in enumerate(lines) if line.name == current)
        self.line = next(same, min(self.line, max(len(lines) - 1, 0)))
        self.repaint()

    def open(self) -> None:
        self.post_message(self.Opened(self._lines[self.line].name))

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        if not self._lines:
            canvas.put(3, 1, self._empty, styles.muted)
            return
        columns = fitted(_COLUMNS, self._lines, canvas.width)
        for column, x, width in columns:
            canvas.put(x, 0, column.title[:width], styles.muted)
        state_styles = {"training": styles.good, "finished": styles.good, "stopped": styles.warning}
        for y, index in enumerate(self.visible_lines(canvas), self.HEAD):
            line, selected = self._lines[index], index == self.line
            if selected:
                self.mark_line(canvas, styles, 0, y)
            plain = styles.bold if selected else styles.text
            for column, x, width in columns:
                style = state_styles.get(line.state, styles.error) if column.title == "state" else plain
                canvas.put(x, y, truncate(column.text(line), width), style)
