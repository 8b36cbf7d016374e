"""The panes of a page: the base of all, and the one that draws the figure of a view."""

from __future__ import annotations

from dataclasses import replace

from textual import events
from textual.message import Message

from bntui.run.sources.protocol import RunSource
from bntui.tui.charts.canvas import Canvas, CanvasWidget
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.registry import paint
from bntui.tui.charts.step_axis import Plot
from bntui.tui.terminal.ascii_filters import spell_out
from bntui.tui.widgets.readout_text import readout_line
from bntui.tui.widgets.visible_steps import VisibleSteps
from bntui.views.chart import Chart
from bntui.views.cursor_values import CursorValue, cursor_values
from bntui.views.draw_options import DrawOptions, Seeds
from bntui.views.figure import Figure
from bntui.views.paragraphs import Paragraph
from bntui.views.quantity_text import view_text
from bntui.views.smooth import windows
from bntui.views.step_unit import STEPS, StepUnit
from bntui.views.view_catalogue import VIEWS


class Pane(CanvasWidget, can_focus=True):
    """A part of a page that can have the focus."""

    class Chosen(Message):
        """The pane got the focus."""

        def __init__(self, pane: Pane) -> None:
            super().__init__()
            self.pane = pane

    @property
    def summary(self) -> str:
        """What the pane concludes about the run, in one line; '' for nothing."""
        return ""

    def information(self, source: RunSource) -> list[Paragraph]:
        """Return what the pane shows of a run, and how to read it."""
        raise NotImplementedError

    def readout(self, cursor: int, unit: StepUnit) -> str:
        """Return what the pane says of the cursor's place on an axis, in one line; '' for nothing."""
        return ""

    def follow(self, source: RunSource, shown: bool) -> None:
        """Look at the run, on every refresh of the screen; `shown` says whether the pane's page is displayed."""

    def on_focus(self, event: events.Focus) -> None:
        self.repaint()
        self.post_message(self.Chosen(self))

    def on_blur(self, event: events.Blur) -> None:
        self.repaint()


class ChartPane(Pane):
    """One figure in a frame; it keeps the reader's choice of scale and smoothing (None: the figure's own)."""

    class Pointed(Message):
        """The mouse points at a step: `zoom` < 0 zooms in, > 0 zooms out, 0 puts the cursor there."""

        def __init__(self, step: int, zoom: int = 0) -> None:
            super().__init__()
            self.step = step
            self.zoom = zoom

    def __init__(self, view: str) -> None:
        super().__init__()
        self.view = view
        self.log_scale: bool | None = None
        self.smoothing: int | None = None
        self.robust = True
        self.plots: list[Plot] = []
        self._figure: Figure | None = None
        self._visible = VisibleSteps(0, 1)
        self._cursor: int | None = None
        self._seeds = Seeds.BAND
        self._unit = STEPS
        self._outdated = False
        self._plot_layers = PlotLayers()

    @property
    def log_shown(self) -> bool:
        """Whether the vertical scale, or that of the colors, is logarithmic; values of both signs have none."""
        if getattr(self._figure, "diverging", False):
            return False
        if self.log_scale is not None:
            return self.log_scale
        return self._figure is not None and self._figure.log

    @property
    def window(self) -> int:
        """The length of the trailing mean that is drawn, in steps; 0 for none."""
        if not isinstance(self._figure, Chart):
            return 0
        return self._figure.window if self.smoothing is None else windows(self._figure.steps)[self.smoothing]

    @property
    def title(self) -> str:
        """The figure's title; '' before there is one."""
        return self._figure.title if self._figure else ""

    @property
    def figure(self) -> Figure | None:
        """The figure; None before the first."""
        return self._figure

    @property
    def draw_options(self) -> DrawOptions:
        """The options to draw the figure with."""
        return DrawOptions(
            right=self._visible.right,
            log=self.log_shown,
            focused=self.has_focus,
            left=self._visible.left,
            window=self.window,
            robust=self.robust,
            zoomed=self._visible.chosen,
            cursor=self._cursor,
            seeds=self._seeds,
            unit=self._unit,
        )

    def information(self, source: RunSource) -> list[Paragraph]:
        view = VIEWS[self.view]
        drawn = view.drawn_in(source.history) if source.history else view
        return view_text(drawn, source.spec.schedules)

    def take(
        self, figure: Figure, visible: VisibleSteps, cursor: int | None, seeds: Seeds, unit: StepUnit = STEPS
    ) -> None:
        """Take a figure and the steps over which to draw it, counted in a unit."""
        self._figure, self._visible, self._cursor, self._seeds = self._spell_out(figure), visible, cursor, seeds
        self._unit = unit
        self._outdated = True

    def draw(self) -> None:
        """Draw what was taken since it was drawn last."""
        if self._outdated:
            self.repaint()

    def _spell_out(self, figure: Figure) -> Figure:
        """Replace symbols by words where the terminal cannot show them."""
        if self.cell_styles().unicode:
            return figure
        return replace(
            figure, title=spell_out(figure.title), note=spell_out(figure.note), empty=spell_out(figure.empty)
        )

    def readings(self, at: int) -> list[CursorValue]:
        """Return the exact values at a step."""
        return cursor_values(self._figure, at, self.window) if self._figure else []

    def readout(self, cursor: int, unit: StepUnit) -> str:
        return readout_line(cursor, self.title, self.readings(cursor), self.window, unit)

    def toggle_log(self) -> None:
        """Switch between the linear and the logarithmic scale."""
        self.log_scale = not self.log_shown
        self.repaint()

    def toggle_robust(self) -> None:
        """Clip outliers, or show them."""
        self.robust = not self.robust
        self.repaint()

    def smooth_next(self) -> None:
        """Go on to the next smoothing: none, light, strong."""
        if isinstance(self._figure, Chart):
            choices = windows(self._figure.steps)
            current = choices.index(self.window) if self.window in choices else 0
            self.smoothing = (current + 1) % len(choices)
            self.repaint()

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        self._outdated = False
        self.plots = []
        if self._figure is not None:
            self.plots = paint(canvas, styles, self._figure, self.draw_options, self._plot_layers)

    # The mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._point(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if event.button:
            self._point(event)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._point(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._point(event, 1)

    def _point(self, event: events.MouseEvent, zoom: int = 0) -> None:
        for plot in reversed(self.plots):
            column = event.x - plot.left
            if 0 <= column < plot.grid.columns:
                self.post_message(self.Pointed(plot.grid.step_of(column), zoom))
                return
