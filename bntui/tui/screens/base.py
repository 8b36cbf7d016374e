"""Screens that say what size they need where the terminal is too small, and come back when it grows."""

from __future__ import annotations

from textual import events
from textual.screen import Screen

from bntui.tui.charts.canvas import Canvas, CanvasWidget
from bntui.tui.charts.palette import Styles
from bntui.tui.terminal.compositor import DeltaCompositor
from bntui.tui.terminal.textual_internals import set_compositor

LEAST = (60, 16)
_ROOMY_FROM = 72
"""Columns from which the keys at the bottom stand apart."""


class TooSmall(CanvasWidget):
    """The message, in whatever room there is."""

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        """Centred; the numbers first to be seen."""
        needed = f"{LEAST[0]}×{LEAST[1]}"
        size = f"{self.app.size.width}×{self.app.size.height}"
        lines = [needed] if canvas.width < 24 else ["terminal too small", f"needs {needed}, has {size}"]
        for y, line in enumerate(lines, (canvas.height - len(lines)) // 2):
            canvas.put(max((canvas.width - len(line)) // 2, 0), y, line, styles.warning)


class BaseScreen(Screen[None]):
    """Compose `TooSmall` beside what the screen is for; the stylesheet shows one or the other."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        set_compositor(self, DeltaCompositor())

    def on_resize(self, event: events.Resize) -> None:
        """Decide which."""
        self._fit(*event.size)

    def on_screen_resume(self) -> None:
        """Another screen was on top, and the terminal may have another size since."""
        self._fit(*self.app.size)

    def _fit(self, width: int, height: int) -> None:
        self.set_class(width < LEAST[0] or height < LEAST[1], "too-small")
        self.set_class(width < _ROOMY_FROM, "narrow")
        self.share_out()

    @property
    def in_sight(self) -> bool:
        """Whether no other whole screen lies on top of this one; a window may."""
        stack = self.app.screen_stack
        return self in stack and not any(isinstance(each, BaseScreen) for each in stack[stack.index(self) + 1 :])

    def say(self, error: str) -> None:
        """Tell the reader why something came to nothing."""
        raise NotImplementedError

    def share_out(self) -> None:
        """Fit the contents to the size; nothing to do by default."""
