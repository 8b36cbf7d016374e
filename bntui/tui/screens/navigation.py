"""What the keys and the mouse do to the pictures: one cursor, one range, one choice of variants for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.binding import Binding, BindingType

from bntui.records import divergence_steps
from bntui.run.sources.protocol import RunSource
from bntui.tui.charts.polyline import DOTS_X
from bntui.tui.screens.base import BaseScreen
from bntui.tui.screens.help import Filter
from bntui.tui.screens.pages import PAGES, Page
from bntui.tui.screens.viewport import CurveFilter, View
from bntui.tui.widgets.chart_pane import ChartPane
from bntui.views.focus import Focus
from bntui.views.selection import Differences

SCALING: list[BindingType] = [
    Binding("left_square_bracket", "layer(-1)", show=False),
    Binding("right_square_bracket", "layer(1)", "layer", key_display="[ ]", tooltip="The layer before, and after"),
    Binding("l", "log", "log", tooltip="Logarithmic scale of the pane, and back"),
    Binding("m", "smooth", show=False, tooltip="Smoothing of the pane: none, light, strong"),
    Binding("d", "difference", "diff", tooltip="Differences between variants, and back"),
]
"""Of the focused pane, but for the layer and the differences."""

READING: list[BindingType] = [
    Binding("left", "cursor(-1)", show=False, tooltip="Cursor a column to the left"),
    Binding("right", "cursor(1)", show=False, tooltip="Cursor a column to the right"),
    Binding("shift+left", "cursor(-10)", show=False, tooltip="Ten columns to the left"),
    Binding("shift+right", "cursor(10)", show=False, tooltip="Ten columns to the right"),
    Binding("home", "first", show=False, tooltip="Cursor to the first step in sight"),
    Binding("end", "last", show=False, tooltip="Cursor away: the newest step"),
    Binding("plus,equals_sign", "zoom(0.5)", show=False, key_display="+", tooltip="Half the steps, twice as wide"),
    Binding("minus", "zoom(2.0)", show=False, key_display="-", tooltip="Twice the steps"),
    Binding("comma", "pan(-0.25)", show=False, key_display=",", tooltip="Earlier steps"),
    Binding("full_stop", "pan(0.25)", show=False, key_display=".", tooltip="Later steps"),
    Binding("0", "reset", show=False, tooltip="All steps"),
    Binding("o", "outliers", show=False, tooltip="Wild values of the pane: outside, or shown"),
    Binding("slash", "filter", show=False, key_display="/", tooltip="Only variants and layers with a text"),
    *(
        Binding(
            str(index),
            f"hide({index - 1})",
            show=False,
            key_display="1 … 9",
            tooltip="Hide a variant, and show it again" if index == 1 else "",
        )
        for index in range(1, 10)
    ),
]
"""Of all panes, but for the wild values."""


class NavigationScreen(BaseScreen):
    """Pages of figures of one feed, read together. Subclasses draw them in `redraw`."""

    def __init__(self, source: RunSource) -> None:
        super().__init__()
        self.source = source
        self._pages = [Page(plan) for plan in PAGES]
        self._page = self._pages[0]
        self._view, self._choice = View(), CurveFilter()
        self._layer = ""

    def redraw(self) -> None:
        """Draw everything anew, as after a change of what is read."""
        raise NotImplementedError

    @property
    def focus_on(self) -> Focus:
        """The focused layer, the cursor, and the state of the run."""
        every = {name: options["every"] for name, options in self.source.spec.probes.items() if "every" in options}
        layers = self._layers
        layer = self._layer if self._layer in layers else next(iter(layers), "")
        status, ended = self.source.status, divergence_steps(self.source.notices)
        return Focus(layer, every, ended, self._view.cursor, status.step, status.state.over)

    @property
    def _layers(self) -> tuple[str, ...]:
        """The hidden layers in sight, first to last."""
        history = self.source.history
        return self._choice.lens(history)[0].info.layers if history else ()

    def action_layer(self, by: int) -> None:
        """The next layer, or the one before."""
        layers = self._layers
        if layers:
            self._layer = layers[(layers.index(self.focus_on.layer) + by) % len(layers)]
            self.redraw()

    def action_log(self) -> None:
        """Switch the scale of the focused pane."""
        self._of_chart(ChartPane.toggle_log)

    def action_smooth(self) -> None:
        """The next smoothing of the focused pane."""
        self._of_chart(ChartPane.smooth_next)

    def action_outliers(self) -> None:
        """Wild values of the focused pane outside or inside."""
        self._of_chart(ChartPane.toggle_robust)

    def _of_chart(self, act: Callable[[ChartPane], None]) -> None:
        pane = self._page.focused_pane
        if isinstance(pane, ChartPane):
            act(pane)
            self.redraw()

    # Reading

    @property
    def _reach(self) -> tuple[int, int]:
        """How far the run has come, and its steps."""
        info = self.source.info
        return self.source.status.step, info.steps if info else 1

    def action_cursor(self, columns: int) -> None:
        """Move the cursor by so many columns of the focused pane."""
        charts = [self._page.focused_pane, *self._page.charts]
        plot = next((pane.plots[0] for pane in charts if isinstance(pane, ChartPane) and pane.plots), None)
        pitch = (plot.window.right - plot.window.left) / max(plot.window.width // DOTS_X, 1) if plot else 1.0
        by = max(1, round(abs(columns) * pitch))
        self._view.move(by if columns > 0 else -by, *self._reach)
        self.redraw()

    def action_first(self) -> None:
        """The cursor to the left edge."""
        self._view.put(self._view.range(*self._reach).left, *self._reach)
        self.redraw()

    def action_last(self) -> None:
        """Follow the newest step."""
        self._view.follow()
        self.redraw()

    def action_zoom(self, factor: float) -> None:
        """Fewer or more steps in sight."""
        self._view.zoom(factor, *self._reach)
        self.redraw()

    def action_pan(self, share: float) -> None:
        """Earlier or later steps."""
        self._view.pan(share, *self._reach)
        self.redraw()

    def action_reset(self) -> None:
        """All steps."""
        self._view.reset()
        self.redraw()

    def on_chart_pane_pointed(self, message: ChartPane.Pointed) -> None:
        """The same with the mouse."""
        if message.zoom:
            self._view.zoom(2.0**message.zoom, *self._reach, at=message.step)
        else:
            self._view.put(message.step, *self._reach)
        self.redraw()

    def action_difference(self) -> None:
        """The variants, or their differences."""
        info = self.source.info
        if info and len(info.variants) > 1:
            self._choice.next_mode(len(info.variants))
            self.redraw()

    def action_hide(self, index: int) -> None:
        """Hide a variant, or show it again."""
        info = self.source.info
        if info and index < len(info.variants):
            self._choice.toggle(info.variants[index])
            self.redraw()

    def action_filter(self) -> None:
        """Ask for the text that variants and layers must have."""
        self.app.push_screen(
            Filter(self._choice.text, self._filter, "text in the names of variants or layers; enter keeps it")
        )

    def _filter(self, text: str) -> None:
        self._choice.text = text
        self.redraw()


def also_ended(focus: Focus, differences: Differences) -> Focus:
    """A difference ends with the first of its two."""
    ended = dict(focus.ended)
    for name, pair in differences.pairs.items():
        ends = [focus.ended[each] for each in pair if each in focus.ended]
        if ends:
            ended[name] = min(ends)
    return replace(focus, ended=ended)
