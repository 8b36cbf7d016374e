"""The table of a sweep's points: what is swept, state, steps, accuracies and time, a line per point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message

from bntui.number_format import clock, percent, significant
from bntui.records import State
from bntui.sweep.point import value_text
from bntui.sweep.progress import WAITING, PointState
from bntui.toml_text import short_key
from bntui.tui.charts.canvas import Canvas, truncate
from bntui.tui.charts.palette import Styles
from bntui.tui.widgets.fitted_columns import TOP_PRIORITY, Column, PlacedColumn, fitted
from bntui.tui.widgets.selectable_list import SelectableList
from bntui.views.variant_mark import DIVERGED

_BAR = "progress"
_BAR_WIDTH = 10
_STATE = "state"

_Columns = list[PlacedColumn[PointState]]


class SweepTable(SelectableList):
    """Paints only the lines that are visible, so that a thousand points scroll as ten do."""

    HEAD = 1

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", tooltip="Open the point's run"),
    ]

    class Opened(Message):
        """A point to open."""

        def __init__(self, state: PointState) -> None:
            super().__init__()
            self.state = state

    class Moved(Message):
        """The cursor is on another point."""

    def __init__(self) -> None:
        super().__init__(id="sweep-table")
        self._states: Sequence[PointState] = ()
        self._variants: tuple[str, ...] = ()
        self._fitted: tuple[int, _Columns] = (-1, [])
        self._empty = "reading the runs …"

    @property
    def count(self) -> int:
        """The number of points."""
        return len(self._states)

    @property
    def current(self) -> PointState | None:
        """The point under the cursor."""
        return self._states[self.line] if self._states else None

    def show(self, states: Sequence[PointState], empty: str = "") -> None:
        """Show points, with the cursor on the same one as before; `empty` is the text without any."""
        current = self.current
        self._states, self._empty = states, empty
        self._variants = tuple(dict.fromkeys(name for state in states for name in _variants(state)))
        self._fitted = (-1, [])
        same = (index for index, state in enumerate(states) if current and state.point.number == current.point.number)
        self.line = next(same, min(self.line, max(len(states) - 1, 0)))
        self.repaint()

    def open(self) -> None:
        if self.current:
            self.post_message(self.Opened(self.current))

    def moved(self) -> None:
        super().moved()
        self.post_message(self.Moved())

    # Painting

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        if not self._states:
            canvas.put(3, 1, self._empty, styles.muted)
            return
        if self._fitted[0] != canvas.width:
            self._fitted = canvas.width, fitted(_columns(self._states, self._variants), self._states, canvas.width)
        columns = self._fitted[1]
        for column, x, width in columns:
            variant = self._variants.index(column.title) if column.title in self._variants else None
            style = styles.muted if variant is None else styles.variant(variant)
            canvas.put(x, 0, truncate("" if column.title == _BAR else column.title, width), style)
        for y, line in enumerate(self.visible_lines(canvas), self.HEAD):
            self._row(canvas, styles, y, line, columns)

    def _row(self, canvas: Canvas, styles: Styles, y: int, line: int, columns: _Columns) -> None:
        state, selected = self._states[line], line == self.line
        if selected:
            self.mark_line(canvas, styles, 0, y)
        plain = styles.bold if selected else styles.muted if state.state == WAITING else styles.text
        for column, x, width in columns:
            if column.title == _BAR:
                full = column.text(state).count("━")
                canvas.put(x, y, "━" * full, styles.good if state.state == State.FINISHED else styles.focus)
                canvas.put(x + full, y, "━" * (width - full), styles.grid)
                continue
            text = truncate(column.text(state), width)
            style = _state_style(state, styles) if column.title == _STATE else plain
            canvas.put(x, y, text, styles.error if text.startswith(DIVERGED) else style)


def _variants(state: PointState) -> list[str]:
    return [variant.name for variant in state.point.spec.variants]


def _columns(states: Sequence[PointState], variants: Sequence[str]) -> list[Column[PointState]]:
    """Return all columns; those of the swept keys and of the variants depend on the sweep."""
    keys: Mapping[str, None] = dict.fromkeys(key for state in states for key in state.point.setting)
    return [
        *(Column(short_key(key, keys), TOP_PRIORITY, partial(_value, key), 16) for key in keys),
        Column("seed", TOP_PRIORITY, lambda state: str(state.point.spec.seed)),
        Column(_STATE, 8, lambda state: state.state, 11),
        Column("step", 7, _steps),
        Column(_BAR, 2, _bar, _BAR_WIDTH),
        *(Column(name, 6, partial(_newest, name), 12) for name in variants),
        Column("time", 5, lambda state: clock(state.run.progress.seconds) if state.run else ""),
        Column("host", 3, lambda state: state.run.host if state.run else "", 16),
        Column("run", 1, lambda state: state.run.run_id if state.run else ""),
    ]


def _value(key: str, state: PointState) -> str:
    return value_text(state.point.setting[key]) if key in state.point.setting else ""


def _steps(state: PointState) -> str:
    return f"{state.steps:,}/{state.point.spec.steps:,}" if state.run else ""


def _bar(state: PointState) -> str:
    return ("━" * round(min(state.steps / max(state.point.spec.steps, 1), 1.0) * _BAR_WIDTH)).ljust(_BAR_WIDTH)


def _newest(variant: str, state: PointState) -> str:
    """Return a variant's training accuracy, or loss where there is none, or the step at which it diverged."""
    if state.run is None:
        return ""
    if variant in state.diverged:
        return f"{DIVERGED} at {state.run.diverged.get(variant, 0):,}"
    if variant in state.run.accuracies:
        return percent(state.run.accuracies[variant])
    return significant(state.run.losses[variant]) if variant in state.run.losses else ""


def _state_style(state: PointState, styles: Styles) -> Style:
    if state.state == WAITING:
        return styles.faint
    if state.state == State.FINISHED or state.training:
        return styles.good
    return styles.error if state.state == State.FAILED else styles.warning
