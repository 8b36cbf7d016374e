"""The table of variants: a row each, with color and mark, so that it is the legend too."""

from __future__ import annotations

from dataclasses import dataclass

from bntui.number_format import percent, plus_minus, significant
from bntui.records import State
from bntui.run.series.history import Curves
from bntui.tui.charts.canvas import Canvas, CanvasWidget
from bntui.tui.charts.palette import Styles
from bntui.views.focus import Focus
from bntui.views.selection import hidden_together
from bntui.views.variant_mark import DIVERGED, mark
from bntui.views.variant_rows import Row, rows

MAX_NAME = 16
_WIDE_FROM = 76
_LONG_NAME, _LONG_FROM = 28, 116
"""Characters of a name where the terminal has this width."""


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    narrow: str
    width: int
    shown_from: int = 0
    """Terminal width from which there is room for it."""


_COLUMNS = (
    _Column("loss", "loss", 9),
    _Column("train acc", "train", 11, shown_from=60),
    _Column("test acc", "test", 10),
    _Column("drift", "drift", 10),
    _Column("β", "β", 9),
)


class VariantTable(CanvasWidget):
    """Newest values of every variant."""

    def __init__(self) -> None:
        super().__init__(id="table")
        self._rows: tuple[Row, ...] = ()
        self._key: object = None
        self._state = State.LOADING
        self._focus = Focus()
        self._hidden: frozenset[str] = frozenset()

    def show(self, history: Curves, state: State, focus: Focus, hidden: frozenset[str] = frozenset()) -> None:
        """Show values of a history; `focus` has their layer and step, `hidden` the variants not in charts."""
        key = (history, history.version, focus)
        if key != self._key:
            # Most keys change only what charts show of the same values.
            self._key, self._rows = key, rows(history, focus)
        self._state, self._focus, self._hidden = state, focus, hidden
        self.repaint()

    @property
    def texts(self) -> list[list[str]]:
        """The head and the rows in full, for who cannot see them; [] without rows."""
        if not self._rows:
            return []
        layer = f" of {self._focus.layer}" if self._focus.layer else ""
        head = ["variant", "state", "loss", "training accuracy", "test accuracy", f"drift{layer}", "effective β"]
        return [head, *([row.variant, self._state_of(row), *_values(row, True)] for row in self._rows)]

    def _state_of(self, row: Row) -> str:
        if row.ended is not None:
            return f"diverged at step {row.ended:,}"
        lost = f"{len(row.lost)} of {row.seeds} seeds diverged"
        return lost if row.lost else self._state.value

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        if canvas.height < 1 or not self._rows:
            return
        grid = _Grid(canvas.width, max(len(row.variant) for row in self._rows))
        grid.has_half_widths = all(
            len(text) < grid.pitch(column)
            for row in self._rows
            for text, column in zip(_values(row, True), _COLUMNS, strict=True)
        )
        grid.leave_room(max(len(_values(row, grid.has_half_widths)[0]) for row in self._rows))
        self._head(canvas, styles, grid)
        fits = len(self._rows) < canvas.height
        # Where room is short, those in charts come first.
        ordered = self._rows if fits else sorted(self._rows, key=lambda row: row.variant in self._hidden)
        shown = ordered if fits else ordered[: max(canvas.height - 2, 0)]
        digits = {
            group[0]: number for number, group in enumerate(hidden_together([row.variant for row in self._rows]), 1)
        }
        for y, row in enumerate(shown, 1):
            self._row(canvas, styles, y, row, grid)
            digit = digits.get(row.variant, 10)
            canvas.put(0, y, str(digit) if digit < 10 else "", styles.faint)
        if not fits:
            canvas.put(3, canvas.height - 1, f"and {len(self._rows) - len(shown)} more", styles.warning)

    def _head(self, canvas: Canvas, styles: Styles, grid: _Grid) -> None:
        canvas.put(0, 0, "─" * canvas.width, styles.border)
        cursor = self._focus.cursor
        title = " variant " if cursor is None else f" at {self._focus.unit.phrase(cursor)} "
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
        name = short_name(row.variant, grid.name_width)
        hidden = row.variant in self._hidden
        canvas.put(2, y, f"{mark(row.style_index)} {name}", styles.faint if hidden else styles.variant(row.style_index))
        if row.ended is None and row.lost:
            lost = f"{DIVERGED} {len(row.lost)} of {row.seeds}"
            canvas.put(grid.state, y, grid.state_text(f"{lost} diverged", lost, DIVERGED), styles.error)
        elif row.ended is None:
            text = grid.state_text("hidden") if hidden else grid.state_text(self._state.value)
            canvas.put(grid.state, y, text, styles.muted)
        else:
            step = f"{row.ended:,}"
            text = grid.state_text(
                f"{DIVERGED} diverged at step {step}", f"{DIVERGED} at {step}", f"{DIVERGED}{step}", DIVERGED
            )
            canvas.put(grid.state, y, text, styles.error)
        values = dict(zip(_COLUMNS, _values(row, grid.has_half_widths), strict=True))
        for column, right in grid.right_edges:
            text = values[column]
            canvas.put_right(right, y, text, styles.faint if hidden or text == "–" else styles.text)


def short_name(name: str, width: int) -> str:
    """Shorten label/variant in the label, and other names at their end, to at most `width` characters."""
    if len(name) <= width:
        return name
    label, slash, variant = name.rpartition("/")
    room = width - len(variant) - 2
    return f"{label[:room]}…/{variant}" if slash and room > 1 else f"{name[: width - 1]}…"


def _values(row: Row, half_widths: bool) -> list[str]:
    texts = {
        "loss": significant(row.loss),
        "accuracy": percent(row.accuracy),
        "test_accuracy": percent(row.test_accuracy),
        "drift": significant(row.drift),
        "beta": significant(row.beta),
    }
    if half_widths:
        for field, half_width in row.half_widths.items():
            added = plus_minus(half_width, 100 if "accuracy" in field else 1)
            texts[field] += f" {added}" if added else ""
    return list(texts.values())


class _Grid:
    """The columns' positions: values are aligned to the right, names to the left; the state gets the room between."""

    def __init__(self, width: int, longest: int) -> None:
        self._squeeze = 0 if width >= _WIDE_FROM else 2
        self._stretch = min(max((width - 78) // len(_COLUMNS), 0), 14)
        right, edges = width - 2, []
        for column in reversed([column for column in _COLUMNS if width >= column.shown_from]):
            edges.append((column, right))
            right -= self.pitch(column)
        self.right_edges = edges[::-1]
        most = _LONG_NAME if width >= _LONG_FROM else MAX_NAME
        self.name_width = min(max(longest, MAX_NAME if width >= _WIDE_FROM else 0), most)
        self.has_half_widths = False
        self.state = 6 + self.name_width
        self.state_room = self.right_edges[0][1] - 8 - self.state

    def pitch(self, column: _Column) -> int:
        """Return the distance of a column's right edge from that of the column before."""
        return column.width + self._stretch - self._squeeze

    def leave_room(self, widest: int) -> None:
        """Keep the state off the first value, where that has `widest` characters."""
        self.state_room = min(self.state_room, self.right_edges[0][1] - widest - 1 - self.state)

    def state_text(self, *choices: str) -> str:
        """Return the first text that fits the state's column; '' if none does."""
        return next((text for text in choices if len(text) <= self.state_room), "")
