"""The table: one row per variant, in its colour and with its mark, so that it is the legend too."""

from __future__ import annotations

from dataclasses import dataclass

from bntui.number_format import percent, significant
from bntui.records import State
from bntui.tui.charts.canvas import Canvas, CanvasWidget
from bntui.tui.charts.palette import Styles
from bntui.views.focus import Focus
from bntui.views.variant_mark import DIVERGED, mark
from bntui.views.variant_rows import Row

NAME_ROOM = 16
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


class Table(CanvasWidget):
    """Rows of figures under a ruled head."""

    def __init__(self) -> None:
        super().__init__(id="table")
        self._rows: tuple[Row, ...] = ()
        self._state = State.LOADING
        self._focus = Focus()
        self._hidden: frozenset[str] = frozenset()

    def show(self, rows: tuple[Row, ...], state: State, focus: Focus, hidden: frozenset[str] = frozenset()) -> None:
        """Show these rows, and the keys that hide them; `focus` says of which layer and step they are."""
        self._rows, self._state, self._focus, self._hidden = rows, state, focus, hidden
        self.repaint()

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        """The head, and as many rows as there is room for."""
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
        at = self._focus.cursor
        title = " variant " if at is None else f" at step {at:,} "
        canvas.put(1, 0, title[: grid.state - 2], styles.muted if at is None else styles.focus)
        if grid.state_room >= len("state"):
            canvas.put(grid.state - 1, 0, " state ", styles.muted)
        for column, right in grid.ends:
            title = column.title if canvas.width >= _WIDE_FROM else column.narrow
            layer = self._focus.layer
            if column.title == "drift" and layer and len(layer) + 7 <= grid.pitch(column):
                title = f"drift {layer}"
            canvas.put_right(right + 1, 0, f" {title} ", styles.muted)

    def _row(self, canvas: Canvas, styles: Styles, y: int, row: Row, grid: _Grid) -> None:
        name = row.variant if len(row.variant) <= NAME_ROOM else row.variant[: NAME_ROOM - 1] + "…"
        hidden = row.variant in self._hidden
        if y < 10:
            canvas.put(0, y, str(y), styles.faint)
        canvas.put(2, y, f"{mark(row.style_index)} {name}", styles.faint if hidden else styles.variant(row.style_index))
        if row.ended is None:
            text = grid.state_text("hidden") if hidden else grid.state_text(self._state.value)
            canvas.put(grid.state, y, text, styles.muted)
        else:
            at = f"{row.ended:,}"
            text = grid.state_text(
                f"{DIVERGED} diverged at step {at}", f"{DIVERGED} at {at}", f"{DIVERGED}{at}", DIVERGED
            )
            canvas.put(grid.state, y, text, styles.error)
        figures = (
            significant(row.loss),
            percent(row.accuracy),
            percent(row.test_accuracy),
            significant(row.drift),
            significant(row.beta),
        )
        for text, (_, right) in zip(figures, grid.ends, strict=True):
            canvas.put_right(right, y, text, styles.faint if hidden or text == "–" else styles.text)


class _Grid:
    """Where the columns lie: figures from the right, names from the left, the state in what is between."""

    def __init__(self, width: int, longest: int) -> None:
        self._squeeze = 0 if width >= _WIDE_FROM else 2
        self._stretch = min(max((width - 78) // len(_COLUMNS), 0), 14)
        right, ends = width - 2, []
        for column in reversed(_COLUMNS):
            ends.append((column, right))
            right -= self.pitch(column)
        self.ends = ends[::-1]
        wanted = NAME_ROOM if width >= _WIDE_FROM else longest
        self.state = 6 + min(wanted, NAME_ROOM)
        self.state_room = self.ends[0][1] - 8 - self.state

    def pitch(self, column: _Column) -> int:
        """How far a column's right edge is from the one before."""
        return column.width + self._stretch - self._squeeze

    def state_text(self, *choices: str) -> str:
        """The first text that fits."""
        return next((text for text in choices if len(text) <= self.state_room), "")
