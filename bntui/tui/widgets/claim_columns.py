"""The columns of the list of claims."""

from __future__ import annotations

from bntui.claims.result import Result
from bntui.number_format import significant
from bntui.tui.charts.canvas import Canvas, truncate
from bntui.tui.charts.palette import Styles


class ClaimColumns:
    """The columns of the list; where room is short, the note, the interval and the variants are left out."""

    def __init__(self, width: int) -> None:
        """`width` is that of the pane; the border takes three columns."""
        room = width - 3
        self.verdict, self.claim = 3, 17
        self.variants = 39 if room >= 96 else 0
        self.effect = (60 if self.variants else 38) + 10
        self.interval = self.effect + 20
        self.note = self.interval + 2 if room - self.interval >= 14 else 0
        self.right = room

    def draw_head(self, canvas: Canvas, styles: Styles) -> None:
        """Draw the columns' names on row 1."""
        for x, name in ((self.verdict, "verdict"), (self.claim, "claim"), (self.variants, "variants")):
            if x:
                canvas.put(x, 1, name, styles.muted)
        canvas.put_right(min(self.effect, self.right), 1, "effect", styles.muted)
        if self.interval <= self.right:
            canvas.put_right(self.interval, 1, "95 % interval", styles.muted)
        if self.note:
            canvas.put(self.note, 1, "note", styles.muted)
        _redraw_border(canvas, 1)

    def draw_row(self, canvas: Canvas, styles: Styles, y: int, result: Result, selected: bool) -> None:
        """Draw a result; all verdicts have one color, so that none looks better than another."""
        style = styles.bold if selected else styles.faint if result.missing else styles.text
        canvas.put(1, y, "▸" if selected else " ", styles.focus)
        canvas.put(self.verdict, y, "not checkable" if result.missing else result.verdict.value, style)
        canvas.put(self.claim, y, result.claim.id, style)
        if self.variants:
            canvas.put(self.variants, y, truncate(" : ".join(result.variants), 20), style)
        if result.missing:
            start = self.effect - 9
            canvas.put(start, y, truncate(result.missing, self.right - start), style)
        else:
            self._numbers(canvas, y, result, styles, selected)
        _redraw_border(canvas, y)

    def _numbers(self, canvas: Canvas, y: int, result: Result, styles: Styles, selected: bool) -> None:
        style = styles.bold if selected else styles.text
        canvas.put_right(min(self.effect, self.right), y, significant(result.effect), style)
        if self.interval <= self.right and result.low is not None:
            canvas.put_right(self.interval, y, f"{significant(result.low)} … {significant(result.high)}", style)
        if self.note:
            canvas.put(self.note, y, truncate(result.note, self.right - self.note), styles.muted)


def _redraw_border(canvas: Canvas, y: int) -> None:
    """Restore the right border, which text may have overwritten."""
    if 0 <= y < canvas.height and canvas.width:
        canvas.rows[y][-1] = ("│", canvas.rows[-1][-1][1])
