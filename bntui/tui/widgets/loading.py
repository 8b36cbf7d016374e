"""The progress of preparing a run, shown until training begins."""

from __future__ import annotations

from textwrap import wrap

from bntui.tui.charts.canvas import Canvas, CanvasWidget
from bntui.tui.charts.palette import Styles

_BAR_WIDTH = 32


class LoadingPane(CanvasWidget):
    """What is being prepared, with a bar where its progress is known; or the error that ended it."""

    def __init__(self) -> None:
        super().__init__(id="loading")
        self._text = ""
        self._fraction: float | None = None
        self._error = ""

    def show(self, text: str, fraction: float | None, error: str = "") -> None:
        """Show a text and a progress in [0, 1] (None: no bar), or an error instead."""
        self._text, self._fraction, self._error = text, fraction, error
        self.repaint()

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        middle = canvas.height // 2
        if self._error:
            lines = wrap(self._error, max(min(canvas.width - 8, 72), 1))
            for y, line in enumerate(lines, middle - len(lines) // 2):
                canvas.put(max((canvas.width - len(line)) // 2, 0), y, line, styles.error)
            return
        text = self._text or "starting"
        canvas.put((canvas.width - len(text)) // 2, middle - 1, text, styles.text)
        if self._fraction is not None:
            self._bar(canvas, styles, middle + 1, min(max(self._fraction, 0.0), 1.0))

    def _bar(self, canvas: Canvas, styles: Styles, y: int, fraction: float) -> None:
        width = max(min(_BAR_WIDTH, canvas.width - 10), 0)
        full, x = round(fraction * width), (canvas.width - width - 5) // 2
        canvas.put(x, y, "━" * full, styles.focus)
        canvas.put(x + full, y, "━" * (width - full), styles.grid)
        canvas.put_right(x + width + 5, y, f"{fraction:.0%}", styles.text)
