"""The widgets that take a place on a page: each can have the focus, and one draws any figure."""

from __future__ import annotations

from dataclasses import replace

from textual import events
from textual.message import Message

from bntui.tui.charts.canvas import Canvas, CanvasWidget
from bntui.tui.charts.incremental import IncrementalPlot
from bntui.tui.charts.line_chart import Plot, PlotLayers
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.polyline import DOTS_X
from bntui.tui.charts.registry import paint
from bntui.tui.screens.viewport import Range
from bntui.tui.terminal.ascii_filters import spell_out
from bntui.views.chart import Chart
from bntui.views.cursor_values import CursorValue, cursor_values
from bntui.views.draw_options import DrawOptions
from bntui.views.figure import Figure
from bntui.views.smooth import windows


class Pane(CanvasWidget, can_focus=True):
    """One place on a page."""

    class Chosen(Message):
        """The pane has the focus now."""

        def __init__(self, pane: Pane) -> None:
            super().__init__()
            self.pane = pane

    def on_focus(self, event: events.Focus) -> None:
        """Show the focus in the border."""
        self.repaint()
        self.post_message(self.Chosen(self))

    def on_blur(self, event: events.Blur) -> None:
        """Show that it is gone."""
        self.repaint()


class ChartPane(Pane):
    """One figure in a frame. It keeps the reader's choices of scale and smoothing; None is the figure's own."""

    class Pointed(Message):
        """The mouse is at a step: `zoom` < 0 to see less, > 0 to see more, 0 to put the cursor there."""

        def __init__(self, step: int, zoom: int = 0) -> None:
            super().__init__()
            self.step = step
            self.zoom = zoom

    def __init__(self, page: str, view: str) -> None:
        super().__init__(id=f"{page}-{view}")
        self.view = view
        self.log_scale: bool | None = None
        self.smoothing: int | None = None
        self.robust = True
        self.plots: list[Plot] = []
        self._figure: Figure | None = None
        self._range = Range(0, 1)
        self._cursor: int | None = None
        self._sketches = PlotLayers(IncrementalPlot(), IncrementalPlot())

    @property
    def log_shown(self) -> bool:
        """Whether the scale is logarithmic."""
        chosen = self.log_scale
        return chosen if chosen is not None else self._figure is not None and self._figure.log

    @property
    def window(self) -> int:
        """The trailing mean that is drawn, in steps; 0 for none."""
        if not isinstance(self._figure, Chart):
            return 0
        return self._figure.window if self.smoothing is None else windows(self._figure.steps)[self.smoothing]

    @property
    def title(self) -> str:
        """What it shows."""
        return self._figure.title if self._figure else ""

    @property
    def figure(self) -> Figure | None:
        """What is drawn; None before there is anything."""
        return self._figure

    @property
    def draw_options(self) -> DrawOptions:
        """How it is drawn."""
        return DrawOptions(
            right=self._range.right,
            log=self.log_shown,
            focused=self.has_focus,
            left=self._range.left,
            window=self.window,
            robust=self.robust,
            zoomed=self._range.chosen,
            cursor=self._cursor,
        )

    def show(self, figure: Figure, shown: Range, cursor: int | None = None) -> None:
        """Draw this figure in this range of steps."""
        self._figure, self._range, self._cursor = self._worded(figure), shown, cursor
        self.repaint()

    def _worded(self, figure: Figure) -> Figure:
        """With words for symbols where the terminal has none, as long as there is room for them."""
        if self.cell_styles().symbols:
            return figure
        return replace(
            figure, title=spell_out(figure.title), note=spell_out(figure.note), empty=spell_out(figure.empty)
        )

    def readings(self, at: int) -> list[CursorValue]:
        """The exact values at a step."""
        return cursor_values(self._figure, at, self.window) if self._figure else []

    def toggle_log(self) -> None:
        """Linear to logarithmic and back."""
        self.log_scale = not self.log_shown
        self.repaint()

    def toggle_robust(self) -> None:
        """Leave wild values outside, or show all."""
        self.robust = not self.robust
        self.repaint()

    def smooth_next(self) -> None:
        """No smoothing, light, strong, and again none."""
        if isinstance(self._figure, Chart):
            choices = windows(self._figure.steps)
            now = choices.index(self.window) if self.window in choices else 0
            self.smoothing = (now + 1) % len(choices)
            self.repaint()

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        """The figure, or nothing before there is one."""
        self.plots = []
        if self._figure is not None:
            self.plots = paint(canvas, styles, self._figure, self.draw_options, self._sketches)

    # The mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the cursor there."""
        self._point(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Take the cursor along while the button is down."""
        if event.button:
            self._point(event)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """See less, larger."""
        self._point(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """See more."""
        self._point(event, 1)

    def _point(self, event: events.MouseEvent, zoom: int = 0) -> None:
        for plot in reversed(self.plots):
            column = event.x - plot.left
            if 0 <= column < plot.window.width // DOTS_X:
                self.post_message(self.Pointed(plot.window.step_of(column), zoom))
                return
