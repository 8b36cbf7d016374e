"""Runs as rows to choose from: what a row says of its run depends on the room there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message

from bntui.records import State
from bntui.run.storage.listing import Summary
from bntui.tui.charts.canvas import Canvas, cut
from bntui.tui.charts.palette import Styles
from bntui.tui.widgets.selectable_list import SelectableList
from bntui.views.variant_mark import mark

_GAP = 2
_HEAVIEST = 9


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its text of a run; `weight` says which ones go first where room is short, the lightest."""

    title: str
    weight: int
    text: Callable[[Summary], str]
    most: int = 40


_COLUMNS = (
    _Column("run", _HEAVIEST, lambda run: run.run_id),
    _Column("title", 6, lambda run: run.title, 24),
    _Column("state", 8, lambda run: run.state, 11),
    _Column("steps", 7, lambda run: run.steps),
    _Column("preset", 1, lambda run: run.preset),
    _Column("data set", 3, lambda run: run.dataset, 16),
    _Column("device", 2, lambda run: run.device),
    _Column("training accuracy", 5, lambda run: run.accuracy, 60),
    _Column("note", 4, lambda run: run.note, 200),
)


class RunList(SelectableList):
    """A line a run; marked ones have their number's colour and mark."""

    HEAD = 1

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", tooltip="Open the run"),
    ]

    class Opened(Message):
        """A run was chosen."""

        def __init__(self, run: Summary) -> None:
            super().__init__()
            self.run = run

    def __init__(self, empty: str, title: str = "run") -> None:
        super().__init__(id="run-list")
        self._runs: Sequence[Summary] = ()
        self._marked: Sequence[str] = ()
        self._empty, self._title = empty, title

    @property
    def count(self) -> int:
        """How many runs are shown."""
        return len(self._runs)

    @property
    def current(self) -> Summary | None:
        """The run under the cursor."""
        return self._runs[self.line] if self._runs else None

    def show(self, runs: Sequence[Summary], marked: Sequence[str] = (), empty: str | None = None) -> None:
        """Show these; the cursor stays on its run. `empty` is what to say where there are none."""
        before = self.current
        self._runs, self._marked = runs, marked
        self._empty = self._empty if empty is None else empty
        same = (index for index, run in enumerate(runs) if before and run.run_id == before.run_id)
        self.line = next(same, min(self.line, max(len(runs) - 1, 0)))
        self.repaint()

    def open(self) -> None:
        """Tell which."""
        if self.current:
            self.post_message(self.Opened(self.current))

    # Painting

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        """The columns' names, and as many rows as there is room for."""
        if not self._runs:
            canvas.put(3, 1, self._empty, styles.muted)
            return
        indices = _indices(self._runs, canvas.width)
        for column, x, width in indices:
            canvas.put(x, 0, (column.title if column.weight < _HEAVIEST else self._title)[:width], styles.muted)
        for y, line in enumerate(self.in_sight(canvas), self.HEAD):
            self._row(canvas, styles, y, line, indices)

    def _row(self, canvas: Canvas, styles: Styles, y: int, line: int, indices: list[tuple[_Column, int, int]]) -> None:
        run, chosen = self._runs[line], line == self.line
        if chosen:
            canvas.put(0, y, "▸", styles.focus if self.has_focus else styles.faint)
        if run.run_id in self._marked:
            index = self._marked.index(run.run_id)
            canvas.put(1, y, mark(index), styles.variant(index))
        for column, x, width in indices:
            text, style = cut(column.text(run), width), styles.bold if chosen else styles.text
            canvas.put(x, y, text, _state_style(run, styles) if column.title == "state" else style)
        if not run.spec:
            # Why it cannot be read takes the room of all that it does not say.
            x = next((x for column, x, _ in indices if column.title == "state"), 0)
            canvas.put(x, y, cut(run.state, canvas.width - x - 1).ljust(canvas.width - x), styles.error)


def _indices(runs: Sequence[Summary], room: int) -> list[tuple[_Column, int, int]]:
    """The columns that fit, each with its place and width."""
    read = [run for run in runs if run.spec]
    widths = {
        column: min(max((len(column.text(run)) for run in read), default=0), column.most)
        for column in _COLUMNS
        if column.title in ("run", "state") or any(column.text(run) for run in read)
    }
    widths = {column: max(width, len(column.title)) for column, width in widths.items()}
    while len(widths) > 2 and 3 + sum(widths.values()) + _GAP * len(widths) > room:
        lightest = min(widths, key=lambda column: column.weight)
        left = room - 3 - sum(width for column, width in widths.items() if column is not lightest) - _GAP * len(widths)
        # What is cut is still worth having while a few words remain.
        if left >= max(12, len(lightest.title)):
            widths[lightest] = left
            break
        del widths[lightest]
    indices, x = [], 3
    for column, width in widths.items():
        indices.append((column, x, width))
        x += width + _GAP
    return indices


def _state_style(run: Summary, styles: Styles) -> Style:
    good, warning = (State.FINISHED, State.TRAINING), (State.STOPPED,)
    return styles.good if run.state in good else styles.warning if run.state in warning else styles.error
