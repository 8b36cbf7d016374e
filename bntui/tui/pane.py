"""The widgets that take a place on a page: each can have the focus, and one draws any figure."""

from __future__ import annotations

from textual import events
from textual.message import Message

from bntui.tui.border import Look
from bntui.tui.canvas import Canvas, CanvasWidget
from bntui.tui.frame import Sketches
from bntui.tui.painters import paint
from bntui.tui.palette import Inks
from bntui.tui.sketch import Sketch
from bntui.views import Figure


class Pane(CanvasWidget, can_focus=True):
    """One place on a page."""

    class Chosen(Message):
        """The pane has the focus now."""

        def __init__(self, pane: Pane) -> None:
            super().__init__()
            self.pane = pane

    def toggle_log(self) -> None:
        """Linear to logarithmic and back, where there is a scale."""

    def on_focus(self, event: events.Focus) -> None:
        """Show the focus in the border."""
        self.repaint()
        self.post_message(self.Chosen(self))

    def on_blur(self, event: events.Blur) -> None:
        """Show that it is gone."""
        self.repaint()


class ChartPane(Pane):
    """One figure in a frame. It keeps the reader's choice of scale; None is the figure's own."""

    def __init__(self, page: str, view: str) -> None:
        super().__init__(id=f"{page}-{view}")
        self.view = view
        self.log_scale: bool | None = None
        self._figure: Figure | None = None
        self._right = 1
        self._sketches = Sketches(Sketch(), Sketch())

    @property
    def log_shown(self) -> bool:
        """Whether the scale is logarithmic."""
        chosen = self.log_scale
        return chosen if chosen is not None else self._figure is not None and self._figure.log

    def show(self, figure: Figure, right: int) -> None:
        """Draw this figure, from step 0 to `right`."""
        self._figure, self._right = figure, right
        self.repaint()

    def toggle_log(self) -> None:
        """Linear to logarithmic and back."""
        self.log_scale = not self.log_shown
        self.repaint()

    def paint(self, canvas: Canvas, inks: Inks) -> None:
        """The figure, or nothing before there is one."""
        if self._figure is not None:
            paint(canvas, inks, self._figure, Look(self._right, self.log_shown, self.has_focus), self._sketches)
