"""The columns of the list of claims."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style

from bntui.claims.formats import interval_text, p_text, variants_text
from bntui.claims.result import Result, Verdict
from bntui.number_format import significant
from bntui.tui.charts.canvas import Canvas, truncate
from bntui.tui.charts.palette import Styles
from bntui.tui.widgets.fitted_columns import Column, PlacedColumn, fitted


def _verdict(result: Result) -> str:
    return "" if result.missing or result.verdict is Verdict.NONE else result.verdict.value


def _effect(result: Result) -> str:
    return "" if result.missing else significant(result.effect)


_NUMBERS = ("effect", "p (Holm)")
_COLUMNS: tuple[Column[Result], ...] = (
    Column("verdict", 7, _verdict, whole=True),
    Column("claim", 9, lambda result: result.claim.id, whole=True),
    Column("setting", 7, lambda result: result.group, whole=True),
    Column("variants", 3, variants_text, most=20),
    Column("effect", 9, _effect, whole=True),
    Column("95 % interval", 6, lambda result: interval_text(result.low, result.high), whole=True),
    Column("p (Holm)", 5, lambda result: p_text(result.p_adjusted), whole=True),
    Column("note", 2, lambda result: result.note, most=120),
)


class ClaimColumns:
    """The columns that have texts and fit; where room is short, note, variants, p and interval go first."""

    def __init__(self, results: Sequence[Result], width: int) -> None:
        """`width` is that of the pane; the border takes three columns."""
        self._placed = fitted(_COLUMNS, results, width - 1)

    def draw_head(self, canvas: Canvas, styles: Styles, y: int) -> None:
        """Draw the columns' names."""
        for placed in self._placed:
            _put(canvas, y, placed, placed.column.title, styles.muted)

    def draw_row(self, canvas: Canvas, styles: Styles, y: int, result: Result, selected: bool) -> None:
        """Draw a result; all verdicts have one color, so that none looks better than another."""
        style = styles.bold if selected else styles.faint if result.missing else styles.text
        canvas.put(1, y, "▸" if selected else " ", styles.focus)
        for placed in self._placed:
            note = placed.column.title == "note" and not selected
            _put(canvas, y, placed, placed.column.text(result), styles.muted if note else style)
        if result.missing:
            x = next(placed.x + placed.width + 2 for placed in self._placed if placed.column.title == "claim")
            room = canvas.width - 1 - x
            canvas.put(x, y, truncate(f"not checkable: {result.missing}", room).ljust(room), style)


def _put(canvas: Canvas, y: int, placed: PlacedColumn[Result], text: str, style: Style) -> None:
    column, x, width = placed
    if column.title in _NUMBERS:
        canvas.put_right(x + width, y, text, style)
    else:
        canvas.put(x, y, truncate(text, width), style)
