"""A list of lines with a cursor that keys and the mouse move."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from bntui.tui.charts.canvas import Canvas, CanvasWidget
from bntui.tui.charts.palette import Styles


class SelectableList(CanvasWidget, can_focus=True):
    """Subclasses define the number of lines, how they are painted, and what opening one does."""

    HEAD = 0
    """Rows above the lines."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, tooltip="Previous line"),
        Binding("down", "move(1)", show=False, tooltip="Next line"),
        Binding("pageup", "page(-1)", show=False, tooltip="Page up"),
        Binding("pagedown", "page(1)", show=False, tooltip="Page down"),
        Binding("home", "move(-1000000)", show=False, tooltip="First line"),
        Binding("end", "move(1000000)", show=False, tooltip="Last line"),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.line = self.first = 0
        """The line under the cursor, and the first visible one."""

    @property
    def count(self) -> int:
        """The number of lines."""
        raise NotImplementedError

    def open(self) -> None:
        """Open the line under the cursor."""
        raise NotImplementedError

    def moved(self) -> None:
        """Handle a move of the cursor."""
        self.repaint()

    def visible_lines(self, canvas: Canvas) -> range:
        """Scroll so that the cursor is visible, and return the lines to paint."""
        rows = max(canvas.height - self.HEAD, 1)
        self.first = min(max(self.first, self.line - rows + 1), self.line, max(self.count - rows, 0))
        return range(self.first, min(self.first + rows, self.count))

    def mark_line(self, canvas: Canvas, styles: Styles, x: int, y: int) -> None:
        """Mark the row of the line under the cursor, faintly where the keys are another widget's."""
        canvas.put(x, y, "▸", styles.focus if self.has_focus else styles.faint)

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self.call_after_refresh(self.repaint))

    def action_open(self) -> None:
        if self.count:
            self.open()

    def action_move(self, by: int) -> None:
        self.line = min(max(self.line + by, 0), max(self.count - 1, 0))
        self.moved()

    def action_page(self, by: int) -> None:
        self.action_move(by * max(self.size.height - self.HEAD - 1, 1))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the line under the mouse; open it on a double click."""
        index = self.first + event.y - self.HEAD
        if self.first <= index < self.count:
            self.action_move(index - self.line)
            if event.chain == 2:
                self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.action_move(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.action_move(-1)

    def on_focus(self, event: events.Focus) -> None:
        self.repaint()

    def on_blur(self, event: events.Blur) -> None:
        self.repaint()
