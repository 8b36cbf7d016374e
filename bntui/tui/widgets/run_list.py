"""A list of runs to choose from; its columns depend on the width."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message

from bntui.records import State
from bntui.run.storage.summary import Summary
from bntui.tui.charts.canvas import Canvas, truncate
from bntui.tui.charts.palette import Styles
from bntui.tui.widgets.fitted_columns import TOP_PRIORITY, Column, PlacedColumn, fitted
from bntui.tui.widgets.selectable_list import SelectableList
from bntui.views.variant_mark import mark

_COLUMNS: tuple[Column[Summary], ...] = (
    Column("run", TOP_PRIORITY, lambda run: run.run_id),
    Column("title", 5, lambda run: run.title, 24),
    Column("state", 8, lambda run: run.outcome, 11),
    Column("steps", 7, lambda run: run.steps),
    Column("seed", 6, lambda run: run.seed, whole=True),
    Column("preset", 0, lambda run: run.preset),
    Column("data set", 2, lambda run: run.dataset, 16),
    Column("device", 1, lambda run: run.device),
    Column("training accuracy", 4, lambda run: run.newest, 60),
    Column("note", 3, lambda run: run.note, 200),
)


class RunList(SelectableList):
    """A line per run; marked runs have a mark in the color of their number."""

    HEAD = 1

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", tooltip="Open the run"),
        Binding("g", "resume", "resume", tooltip="Resume the run's training from its last checkpoint"),
    ]

    class Opened(Message):
        """A run to open."""

        def __init__(self, run: Summary) -> None:
            super().__init__()
            self.run = run

    class Resumed(Message):
        """A run to resume."""

        def __init__(self, run: Summary) -> None:
            super().__init__()
            self.run = run

    class Compared(Message):
        """Folders of runs to compare."""

        def __init__(self, folders: Sequence[Path]) -> None:
            super().__init__()
            self.folders = folders

    def __init__(self, empty: str, title: str = "run") -> None:
        super().__init__(id="run-list")
        self._runs: Sequence[Summary] = ()
        self._marked: Sequence[str] = ()
        self._columns = _COLUMNS
        self._empty, self._title = empty, title

    @property
    def count(self) -> int:
        """The number of runs."""
        return len(self._runs)

    @property
    def current(self) -> Summary | None:
        """The run under the cursor."""
        return self._runs[self.line] if self._runs else None

    def show(
        self,
        runs: Sequence[Summary],
        marked: Sequence[str] = (),
        empty: str | None = None,
        further: Column[Summary] | None = None,
    ) -> None:
        """Show runs, with the cursor on the same run as before; `empty` is the text without any, `further` a column."""
        current = self.current
        self._runs, self._marked = runs, marked
        self._columns = (*_COLUMNS, further) if further else _COLUMNS
        self._empty = self._empty if empty is None else empty
        same = (index for index, run in enumerate(runs) if current and run.run_id == current.run_id)
        self.line = next(same, min(self.line, max(len(runs) - 1, 0)))
        self.repaint()

    def open(self) -> None:
        if self.current:
            self.post_message(self.Opened(self.current))

    def action_resume(self) -> None:
        if self.current:
            self.post_message(self.Resumed(self.current))

    # Painting

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        if not self._runs:
            canvas.put(3, 1, self._empty, styles.muted)
            return
        # An unreadable run has nothing but the reason.
        columns = fitted(self._columns, [run for run in self._runs if run.spec], canvas.width)
        for column, x, width in columns:
            canvas.put(x, 0, (column.title if column.priority < TOP_PRIORITY else self._title)[:width], styles.muted)
        for y, line in enumerate(self.visible_lines(canvas), self.HEAD):
            self._row(canvas, styles, y, line, columns)

    def _row(self, canvas: Canvas, styles: Styles, y: int, line: int, columns: list[PlacedColumn[Summary]]) -> None:
        run, selected = self._runs[line], line == self.line
        if selected:
            self.mark_line(canvas, styles, 0, y)
        if run.run_id in self._marked:
            index = self._marked.index(run.run_id)
            canvas.put(1, y, mark(index), styles.variant(index))
        for column, x, width in columns:
            text, style = truncate(column.text(run), width), styles.bold if selected else styles.text
            canvas.put(x, y, text, _state_style(run, styles) if column.title == "state" else style)
        if not run.spec:
            # The reason gets all columns from the state on.
            x = next((x for column, x, _ in columns if column.title == "state"), 0)
            canvas.put(x, y, truncate(run.state, canvas.width - x - 1).ljust(canvas.width - x), styles.error)


def _state_style(run: Summary, styles: Styles) -> Style:
    good, warning = (State.FINISHED, State.TRAINING), (State.STOPPED,)
    return styles.good if run.outcome in good else styles.warning if run.state in warning else styles.error
