"""Lines to choose from: a cursor that keys and the mouse move, and as many lines in sight as there is room for."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from bntui.tui.charts.canvas import Canvas, CanvasWidget


class SelectableList(CanvasWidget, can_focus=True):
    """Subclasses say how many lines there are, paint them, and what it means to open one."""

    HEAD = 0
    """Rows above the lines."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, tooltip="The line above"),
        Binding("down", "move(1)", show=False, tooltip="The line below"),
        Binding("pageup", "page(-1)", show=False, tooltip="A page up"),
        Binding("pagedown", "page(1)", show=False, tooltip="A page down"),
        Binding("home", "move(-1000000)", show=False, tooltip="The first line"),
        Binding("end", "move(1000000)", show=False, tooltip="The last line"),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.line = self.first = 0

    @property
    def count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def open(self) -> None:
        """The line under the cursor was chosen."""
        raise NotImplementedError

    def moved(self) -> None:
        """The cursor may be elsewhere."""
        self.repaint()

    def in_sight(self, canvas: Canvas) -> range:
        """The lines to paint, the one under the cursor among them."""
        rows = max(canvas.height - self.HEAD, 1)
        self.first = min(max(self.first, self.line - rows + 1), self.line, max(self.count - rows, 0))
        return range(self.first, min(self.first + rows, self.count))

    def on_mount(self) -> None:
        """Colours follow the theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.call_after_refresh(self.repaint))

    def action_open(self) -> None:
        """Choose the line under the cursor."""
        if self.count:
            self.open()

    def action_move(self, by: int) -> None:
        """Another line."""
        self.line = min(max(self.line + by, 0), max(self.count - 1, 0))
        self.moved()

    def action_page(self, by: int) -> None:
        """As far as one sees."""
        self.action_move(by * max(self.size.height - self.HEAD - 1, 1))

    def on_click(self, event: events.Click) -> None:
        """Once for the cursor, twice to open."""
        index = self.first + event.y - self.HEAD
        if self.first <= index < self.count:
            self.action_move(index - self.line)
            if event.chain == 2:
                self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The line below."""
        self.action_move(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The line above."""
        self.action_move(-1)

    def on_focus(self) -> None:
        """The cursor shows who has the keys."""
        self.repaint()

    def on_blur(self) -> None:
        """The same."""
        self.repaint()
