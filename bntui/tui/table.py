"""The table: one row per variant, in its colour and with its mark, so that it is the legend too."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bntui.records import State
from bntui.tui.canvas import Canvas, CanvasWidget
from bntui.tui.palette import DIVERGED, Inks, mark
from bntui.tui.ticks import short
from bntui.views import Row

NAME_ROOM = 18


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    narrow: str
    width: int


_COLUMNS = (
    _Column("loss", "loss", 9),
    _Column("train acc", "train", 11),
    _Column("test acc", "test", 10),
    _Column("drift", "drift", 10),
    _Column("β", "β", 9),
)


class Table(CanvasWidget):
    """Rows of figures under a ruled head."""

    def __init__(self) -> None:
        super().__init__(id="table")
        self._rows: tuple[Row, ...] = ()
        self._state = State.LOADING
        self._layer = ""

    def show(self, rows: tuple[Row, ...], state: State, layer: str) -> None:
        """Show these rows; `layer` is the one whose drift they hold."""
        self._rows, self._state, self._layer = rows, state, layer
        self.repaint()

    def paint(self, canvas: Canvas, inks: Inks) -> None:
        """The head, and as many rows as there is room for."""
        if canvas.height < 1 or not self._rows:
            return
        stretch = min(max((canvas.width - 78) // len(_COLUMNS), 0), 14)
        self._head(canvas, inks, stretch)
        shown = self._rows if len(self._rows) < canvas.height else self._rows[: canvas.height - 1]
        for y, row in enumerate(shown, 1):
            self._row(canvas, inks, y, row, stretch)
        hidden = len(self._rows) - len(shown)
        if hidden:
            canvas.put_right(canvas.width - 1, canvas.height - 1, f" +{hidden} more ", inks.warning)

    def _head(self, canvas: Canvas, inks: Inks, stretch: int) -> None:
        canvas.put(0, 0, "─" * canvas.width, inks.border)
        canvas.put(1, 0, " variant ", inks.muted)
        for column, right in _ends(canvas.width, stretch):
            title = column.title if canvas.width >= 76 else column.narrow
            if column.title == "drift" and self._layer and len(self._layer) + 7 <= column.width + stretch:
                title = f"drift {self._layer}"
            canvas.put_right(right + 1, 0, f" {title} ", inks.muted)
        canvas.put(NAME_ROOM + 3, 0, " state ", inks.muted)

    def _row(self, canvas: Canvas, inks: Inks, y: int, row: Row, stretch: int) -> None:
        style = inks.variant(row.place)
        name = row.variant if len(row.variant) <= NAME_ROOM else row.variant[: NAME_ROOM - 1] + "…"
        canvas.put(1, y, f" {mark(row.place)} {name}", style)
        figures = (
            figure(row.loss),
            percent(row.accuracy),
            percent(row.test_accuracy),
            figure(row.drift),
            figure(row.beta),
        )
        if row.ended is None:
            canvas.put(NAME_ROOM + 4, y, self._state.value, inks.muted)
        else:
            short_room = _ends(canvas.width, stretch)[0][1] - _COLUMNS[0].width - NAME_ROOM < 24
            text = f"{DIVERGED} at {row.ended:,}" if short_room else f"{DIVERGED} diverged at step {row.ended:,}"
            canvas.put(NAME_ROOM + 4, y, text, inks.error)
        for text, (_, right) in zip(figures, _ends(canvas.width, stretch), strict=True):
            canvas.put_right(right, y, text, inks.faint if text == "–" else inks.text)


def _ends(width: int, stretch: int) -> list[tuple[_Column, int]]:
    """Each column with where it ends; on narrow screens they move together."""
    squeeze = 0 if width >= 76 else 2
    right, ends = width - 2, []
    for column in reversed(_COLUMNS):
        ends.append((column, right))
        right -= column.width + stretch - squeeze
    return ends[::-1]


def figure(value: float | None) -> str:
    """Three significant digits; '–' where nothing is measured."""
    if value is None:
        return "–"
    if math.isfinite(value) and 1e-4 <= abs(value) < 1e4:
        decimals = max(0, 2 - math.floor(math.log10(abs(value))))
        return f"{value:.{min(decimals, 5)}f}".replace("-", "−")
    return short(value)


def percent(value: float | None) -> str:
    """A share as a percentage with one decimal."""
    if value is None:
        return "–"
    return f"{value:.1%}" if math.isfinite(value) else short(value)
