"""Keys and mouse actions that all charts share: the cursor, the visible steps, the layer, the selected variants."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.binding import Binding, BindingType

from bntui.page_spec import PageSpec
from bntui.records import StepRange
from bntui.run.series.history import SETTLED
from bntui.run.sources.protocol import RunSource
from bntui.tui.screens.base import BaseScreen
from bntui.tui.screens.curve_filter import CurveFilter
from bntui.tui.screens.dialogs import FilterDialog
from bntui.tui.screens.pages import widgets_of
from bntui.tui.screens.viewport import Viewport
from bntui.tui.widgets.chart_pane import ChartPane
from bntui.tui.widgets.log_pane import LogPane
from bntui.views.draw_options import Seeds
from bntui.views.focus import Focus, divergences
from bntui.views.page_catalogue import pages_of
from bntui.views.seconds_axis import SecondsAxis
from bntui.views.selection import hidden_together
from bntui.views.step_unit import SECONDS, STEPS, step_units

CHART_KEYS: list[BindingType] = [
    Binding("left_square_bracket", "layer(-1)", show=False),
    Binding("right_square_bracket", "layer(1)", "layer", key_display="[ ]", tooltip="Previous or next layer"),
    Binding("l", "log", "log", tooltip="Toggle the pane's logarithmic scale"),
    Binding("m", "smooth", show=False, tooltip="Smooth the pane: none, light, strong"),
    Binding("d", "difference", "diff", tooltip="Show variants, or their differences"),
    Binding("b", "seeds", "seeds", tooltip="Show seeds as interval, one by one, or mean"),
]
"""Keys for the focused pane; layer and differences are those of all panes."""

VIEWPORT_KEYS: list[BindingType] = [
    Binding("left", "cursor(-1)", show=False, tooltip="Move the cursor left"),
    Binding("right", "cursor(1)", show=False, tooltip="Move the cursor right"),
    Binding("shift+left", "cursor(-10)", show=False, tooltip="Move the cursor ten columns left"),
    Binding("shift+right", "cursor(10)", show=False, tooltip="Move the cursor ten columns right"),
    Binding("home", "first", show=False, tooltip="Move the cursor to the first visible step"),
    Binding("end", "last", show=False, tooltip="Clear cursor, follow the newest step"),
    Binding("plus,equals_sign", "zoom(0.5)", show=False, key_display="+", tooltip="Zoom in to half the steps"),
    Binding("minus", "zoom(2.0)", show=False, key_display="-", tooltip="Zoom out to twice the steps"),
    Binding("comma", "pan(-0.25)", show=False, key_display=",", tooltip="Scroll to earlier steps"),
    Binding("full_stop", "pan(0.25)", show=False, key_display=".", tooltip="Scroll to later steps"),
    Binding("0", "reset", show=False, tooltip="Show all steps"),
    Binding("t", "unit", show=False, tooltip="Count steps, epochs, samples or seconds"),
    Binding("o", "outliers", show=False, tooltip="Clip or show the pane's outliers"),
    Binding("slash", "filter", show=False, key_display="/", tooltip="Filter variants and layers by name"),
    *(
        Binding(
            str(number),
            f"hide({number - 1})",
            show=False,
            key_display="1 … 9",
            tooltip="Hide or show a variant or a group" if number == 1 else "",
        )
        for number in range(1, 10)
    ),
]
"""Keys for all panes; outliers are those of the focused pane."""


class NavigationScreen(BaseScreen):
    """Pages of charts of one source, with one cursor and one selection. Subclasses draw them in `draw_all`."""

    def __init__(self, source: RunSource, own_pages: Sequence[PageSpec] = ()) -> None:
        """Show `own_pages` behind those of the run's preset, before the others."""
        super().__init__()
        self.source = source
        self._own_pages = (*source.spec.pages, *own_pages)
        self._pages = widgets_of(pages_of(self._own_pages, source.info))
        self._page = self._pages[0]
        self._viewport, self._curve_filter = Viewport(), CurveFilter()
        self._layer = ""
        self._seeds = Seeds.BAND
        self._unit = STEPS
        self._seconds = SecondsAxis(source)
        self._redraw_waits = False

    def redraw(self) -> None:
        """Draw everything again, for example after a change of the cursor, the theme or the layout.

        It is drawn once for all keys that wait, so that the screen does not lag behind a key that is held down.
        """
        if not self._redraw_waits:
            # The app takes the keys.
            self._redraw_waits = self.app.call_later(self._redraw)

    def _redraw(self) -> None:
        self._redraw_waits = False
        self.draw_all()

    def draw_all(self) -> None:
        """Draw everything, whether or not it has changed."""
        raise NotImplementedError

    @property
    def focus_on(self) -> Focus:
        """The layer, the cursor and the state of the run that views need."""
        layer = self._layer if self._layer in self._layers else self._default_layer()
        status, cursor = self.source.status, self._viewport.cursor
        ended, lost = divergences(self.source.notices, self.source.history)
        return Focus(layer, self.source.spec.schedules, ended, lost, cursor, status.step, status.state.over, self._unit)

    @property
    def _layers(self) -> tuple[str, ...]:
        """The selected hidden layers, first to last."""
        history = self.source.history
        return self._curve_filter.apply(history)[0].info.layers if history else ()

    def _default_layer(self) -> str:
        layers, info = self._layers, self.source.info
        if self._page.spec.skip_first_layer and info:
            layers = tuple(layer for layer in layers if layer != info.layers[0]) or layers
        return layers[0] if layers else ""

    def action_layer(self, by: int) -> None:
        layers = self._layers
        if layers:
            self._layer = layers[(layers.index(self.focus_on.layer) + by) % len(layers)]
            self.redraw()

    def action_log(self) -> None:
        self._change_chart(ChartPane.toggle_log)

    def action_smooth(self) -> None:
        self._change_chart(ChartPane.smooth_next)

    def action_outliers(self) -> None:
        self._change_chart(ChartPane.toggle_robust)

    def _change_chart(self, change: Callable[[ChartPane], None]) -> None:
        pane = self._page.focused_pane
        if isinstance(pane, ChartPane):
            change(pane)
            self.redraw()

    # Cursor and visible steps

    @property
    def _axis(self) -> SecondsAxis | None:
        """The axis of seconds, where that is the unit."""
        return self._seconds if self._unit == SECONDS else None

    @property
    def _reach(self) -> tuple[int, int]:
        """The newest step of the run and its length in steps, or both in places on the axis of seconds."""
        info, status = self.source.info, self.source.status
        if self._axis:
            newest = self._axis.newest
            # How long training will take is not known before it ends.
            return newest, max(newest, 1) if status.state.over else SETTLED
        return status.step, info.steps if info else 1

    def action_cursor(self, columns: int) -> None:
        """Move the cursor by a number of the focused pane's columns, at least one step."""
        panes = [self._page.focused_pane, *self._page.charts]
        plot = next((pane.plots[0] for pane in panes if isinstance(pane, ChartPane) and pane.plots), None)
        pitch = (plot.grid.right - plot.grid.left) / max(plot.grid.columns, 1) if plot else 1.0
        by = max(1, round(abs(columns) * pitch))
        self._viewport.move(by if columns > 0 else -by, *self._reach)
        self.redraw()

    def action_first(self) -> None:
        self._viewport.put(self._viewport.range(*self._reach).left, *self._reach)
        self.redraw()

    def action_last(self) -> None:
        self._viewport.follow()
        self.redraw()

    def action_zoom(self, factor: float) -> None:
        self._viewport.zoom(factor, *self._reach)
        self.redraw()

    def action_pan(self, share: float) -> None:
        self._viewport.pan(share, *self._reach)
        self.redraw()

    def action_reset(self) -> None:
        self._viewport.reset()
        self.redraw()

    def on_chart_pane_pointed(self, message: ChartPane.Pointed) -> None:
        if message.zoom:
            self._viewport.zoom(2.0**message.zoom, *self._reach, at=message.step)
        else:
            self._viewport.put(message.step, *self._reach)
        self.redraw()

    def action_unit(self) -> None:
        """Go on to the next unit of the axes: those that all runs share, and seconds where all are known.

        The cursor and the visible range are places on the axis, and those on an axis of seconds are no steps.
        """
        runs = [(part.info.steps_per_epoch, part.spec.batch_size) for part in self.source.parts.values() if part.info]
        units = (*step_units(runs), *(SECONDS,) * self._seconds.known)
        unit = units[(units.index(self._unit) + 1) % len(units)] if self._unit in units else STEPS
        if SECONDS in (unit, self._unit):
            self._viewport = Viewport()
        self._unit = unit
        self.redraw()

    def on_log_pane_step_chosen(self, message: LogPane.StepChosen) -> None:
        self.put_cursor(message.step, message.variant)

    def put_cursor(self, step: int, variant: str = "") -> None:
        """Put the cursor on a step, on the axis of seconds where the variant, or the first one, had reached it."""
        info = self.source.info
        if self._axis and info:
            step = self._axis.place_of(variant or info.variants[0], step)
        self._viewport.put(step, *self._reach)
        self.redraw()

    @property
    def _visible_steps(self) -> StepRange | None:
        """The steps that are visible; None for all."""
        left, right, chosen = self._viewport.range(*self._reach)
        if not chosen:
            return None
        return self._axis.steps_between(left, right) if self._axis else (left, right)

    # Variants and layers

    def action_difference(self) -> None:
        info = self.source.info
        if info and len(info.variants) > 1:
            self._curve_filter.next_mode(len(info.variants))
            self.redraw()

    def action_seeds(self) -> None:
        """Go on to the next way to show several seeds."""
        ways = list(Seeds)
        self._seeds = ways[(ways.index(self._seeds) + 1) % len(ways)]
        self.redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the ways to show several seeds only where there are several."""
        if action == "seeds":
            return any(len(runs) > 1 for runs in self.source.groups.values())
        return super().check_action(action, parameters)

    def action_hide(self, index: int) -> None:
        info = self.source.info
        together = hidden_together(info.variants) if info else []
        if index < len(together):
            self._curve_filter.toggle(together[index])
            self.redraw()

    def action_filter(self) -> None:
        placeholder = "part of a variant's or layer's name; enter keeps the filter, escape clears it"
        self.app.push_screen(FilterDialog(self._curve_filter.text, self._set_filter, placeholder))

    def _set_filter(self, text: str) -> None:
        self._curve_filter.text = text
        self.redraw()
