"""The table of variants: a row each, with color and mark, so that it is the legend too."""

from __future__ import annotations

from dataclasses import dataclass

from bntui.number_format import percent, significant
from bntui.records import State
from bntui.tui.charts.canvas import Canvas, CanvasWidget
from bntui.tui.charts.palette import Styles
from bntui.views.focus import Focus
from bntui.views.variant_mark import DIVERGED, mark
from bntui.views.variant_rows import Row

MAX_NAME = 16
_WIDE_FROM = 76


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


class VariantTable(CanvasWidget):
    """Newest values of every variant."""

    def __init__(self) -> None:
        super().__init__(id="table")
        self._rows: tuple[Row, ...] = ()
        self._state = State.LOADING
        self._focus = Focus()
        self._hidden: frozenset[str] = frozenset()

    def show(self, rows: tuple[Row, ...], state: State, focus: Focus, hidden: frozenset[str] = frozenset()) -> None:
        """Show rows; `focus` has the layer and the step of their values, `hidden` the variants not in charts."""
        self._rows, self._state, self._focus, self._hidden = rows, state, focus, hidden
        self.repaint()

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        if canvas.height < 1 or not self._rows:
            return
        grid = _Grid(canvas.width, max(len(row.variant) for row in self._rows))
        self._head(canvas, styles, grid)
        fits = len(self._rows) < canvas.height
        shown = self._rows if fits else self._rows[: max(canvas.height - 2, 0)]
        for y, row in enumerate(shown, 1):
            self._row(canvas, styles, y, row, grid)
        if not fits:
            canvas.put(3, canvas.height - 1, f"and {len(self._rows) - len(shown)} more", styles.warning)

    def _head(self, canvas: Canvas, styles: Styles, grid: _Grid) -> None:
        canvas.put(0, 0, "─" * canvas.width, styles.border)
        cursor = self._focus.cursor
        title = " variant " if cursor is None else f" at step {cursor:,} "
        canvas.put(1, 0, title[: grid.state - 2], styles.muted if cursor is None else styles.focus)
        if grid.state_room >= len("state"):
            canvas.put(grid.state - 1, 0, " state ", styles.muted)
        for column, right in grid.right_edges:
            title = column.title if canvas.width >= _WIDE_FROM else column.narrow
            layer = self._focus.layer
            if column.title == "drift" and layer and len(layer) + 7 <= grid.pitch(column):
                title = f"drift {layer}"
            canvas.put_right(right + 1, 0, f" {title} ", styles.muted)

    def _row(self, canvas: Canvas, styles: Styles, y: int, row: Row, grid: _Grid) -> None:
        name = row.variant if len(row.variant) <= MAX_NAME else row.variant[: MAX_NAME - 1] + "…"
        hidden = row.variant in self._hidden
        if y < 10:
            canvas.put(0, y, str(y), styles.faint)
        canvas.put(2, y, f"{mark(row.style_index)} {name}", styles.faint if hidden else styles.variant(row.style_index))
        if row.ended is None:
            text = grid.state_text("hidden") if hidden else grid.state_text(self._state.value)
            canvas.put(grid.state, y, text, styles.muted)
        else:
            step = f"{row.ended:,}"
            text = grid.state_text(
                f"{DIVERGED} diverged at step {step}", f"{DIVERGED} at {step}", f"{DIVERGED}{step}", DIVERGED
            )
            canvas.put(grid.state, y, text, styles.error)
        values = (
            significant(row.loss),
            percent(row.accuracy),
            percent(row.test_accuracy),
            significant(row.drift),
            significant(row.beta),
        )
        for text, (_, right) in zip(values, grid.right_edges, strict=True):
            canvas.put_right(right, y, text, styles.faint if hidden or text == "–" else styles.text)


class _Grid:
    """The columns' positions: values are aligned to the right, names to the left; the state gets the room between."""

    def __init__(self, width: int, longest: int) -> None:
        self._squeeze = 0 if width >= _WIDE_FROM else 2
        self._stretch = min(max((width - 78) // len(_COLUMNS), 0), 14)
        right, edges = width - 2, []
        for column in reversed(_COLUMNS):
            edges.append((column, right))
            right -= self.pitch(column)
        self.right_edges = edges[::-1]
        name_width = MAX_NAME if width >= _WIDE_FROM else min(longest, MAX_NAME)
        self.state = 6 + name_width
        self.state_room = self.right_edges[0][1] - 8 - self.state

    def pitch(self, column: _Column) -> int:
        """Return the distance of a column's right edge from that of the column before."""
        return column.width + self._stretch - self._squeeze

    def state_text(self, *choices: str) -> str:
        """Return the first text that fits the state's column; '' if none does."""
        return next((text for text in choices if len(text) <= self.state_room), "")
