"""The base of all full screens; where the terminal is too small they show the size they need."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.screen import Screen

from bntui.tui.charts.canvas import Canvas, CanvasWidget
from bntui.tui.charts.palette import Styles
from bntui.tui.terminal.compositor import DeltaCompositor
from bntui.tui.terminal.textual_internals import set_compositor
from bntui.tui.terminal.web_driver import ScreenText

MIN_SIZE = (60, 16)
MIN_UPRIGHT = (48, 20)
"""Of a window that is higher than others, such as a phone's, where rows make up for columns."""
NARROW_UNDER = 72
"""Terminal width under which the keys in the footer have no space between them."""

RUNS = Binding("r", "app.runs", "runs", tooltip="List all runs")
SWEEPS = Binding("s", "app.sweeps", "sweeps", tooltip="List all sweeps")
HELP = Binding("question_mark", "app.help", "help", tooltip="Show all keys", key_display="?")
QUIT = Binding("q", "app.quit_run", "quit", tooltip="Quit (asks while training)")


class TooSmall(CanvasWidget):
    """The message that the terminal is too small, in the room there is."""

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        columns, rows = MIN_UPRIGHT if self.app.size.height >= MIN_UPRIGHT[1] else MIN_SIZE
        needed, size = f"{columns}×{rows}", f"{self.app.size.width}×{self.app.size.height}"
        lines = [needed] if canvas.width < 24 else ["terminal too small", f"needs {needed}, has {size}"]
        for y, line in enumerate(lines, (canvas.height - len(lines)) // 2):
            canvas.put(max((canvas.width - len(line)) // 2, 0), y, line, styles.warning)


class BaseScreen(Screen[None]):
    """Subclasses compose `TooSmall` beside their widgets; the stylesheet shows one or the other."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        set_compositor(self, DeltaCompositor())

    def on_resize(self, event: events.Resize) -> None:
        self._fit(*event.size)

    def on_screen_resume(self) -> None:
        # The terminal may have been resized while another screen was on top.
        self._fit(*self.app.size)

    def _fit(self, width: int, height: int) -> None:
        fits = any(width >= columns and height >= rows for columns, rows in (MIN_SIZE, MIN_UPRIGHT))
        self.set_class(not fits, "too-small")
        self.set_class(width < NARROW_UNDER, "narrow")
        self.arrange_widgets()

    @property
    def is_uncovered(self) -> bool:
        """Whether no other full screen is on top of this one; dialogs do not count."""
        stack = self.app.screen_stack
        return self in stack and not any(isinstance(screen, BaseScreen) for screen in stack[stack.index(self) + 1 :])

    @property
    def text(self) -> ScreenText:
        """What a browser tells of this screen."""
        return ScreenText()

    def show_error(self, text: str) -> None:
        """Show why an action failed."""
        raise NotImplementedError

    def arrange_widgets(self) -> None:
        """Fit the widgets to the terminal's size; does nothing by default."""
