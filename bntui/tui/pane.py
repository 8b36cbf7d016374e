"""The widget that draws any chart."""

from __future__ import annotations

from textual import events
from textual.message import Message

from bntui.tui.canvas import Canvas, CanvasWidget
from bntui.tui.frame import Look, Sketches, paint_chart
from bntui.tui.palette import Inks
from bntui.tui.sketch import Sketch
from bntui.views.chart import Chart


class ChartPane(CanvasWidget, can_focus=True):
    """One chart in a frame. It keeps the reader's choice of scale; None is the chart's own."""

    class Chosen(Message):
        """The pane has the focus now."""

        def __init__(self, pane: ChartPane) -> None:
            super().__init__()
            self.pane = pane

    def __init__(self, view: str) -> None:
        super().__init__(id=f"pane-{view}")
        self.view = view
        self.log_scale: bool | None = None
        self._chart: Chart | None = None
        self._right = 1
        self._sketches = Sketches(Sketch(), Sketch())

    @property
    def log_shown(self) -> bool:
        """Whether the y axis is logarithmic."""
        chosen = self.log_scale
        return chosen if chosen is not None else self._chart is not None and self._chart.log

    def show(self, chart: Chart, right: int) -> None:
        """Draw this chart, from step 0 to `right`."""
        self._chart, self._right = chart, right
        self.repaint()

    def toggle_log(self) -> None:
        """Linear to logarithmic and back."""
        self.log_scale = not self.log_shown
        self.repaint()

    def paint(self, canvas: Canvas, inks: Inks) -> None:
        """The chart, or nothing before there is one."""
        if self._chart is not None:
            look = Look(self._right, self.log_shown, self.has_focus)
            paint_chart(canvas, inks, self._chart, look, self._sketches)

    def on_focus(self, event: events.Focus) -> None:
        """Show the focus in the border."""
        self.repaint()
        self.post_message(self.Chosen(self))

    def on_blur(self, event: events.Blur) -> None:
        """Show that it is gone."""
        self.repaint()
