"""BatchNorm by hand: a scatter plot of a batch that each of BatchNorm's steps moves, beside the formulas."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from bntui.explanations.mechanics import MECHANICS
from bntui.run.sources.protocol import RunSource
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.frame import draw_border
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.scatter import Scatter
from bntui.tui.widgets.chart_pane import Pane
from bntui.tui.widgets.mechanics_formulas import TRACK, WIDTH, Target, formula_lines
from bntui.views import mechanics
from bntui.views.mechanics import RANGE, UNITS, Step, moments
from bntui.views.paragraphs import Paragraph
from bntui.views.quantity_text import quantity_text

_MAX_WIDTH = 72
_HINTS = (
    "enter next step · backspace undo · ↑ ↓ ← → sliders · b new batch",
    "enter next · backspace undo · ↑ ↓ ← → · b new batch",
    "enter · backspace · arrows · b",
)


class MechanicsPane(Pane):
    """The pane. Its state is an immutable `Mechanics`; every key replaces it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "forward", show=False, tooltip="Apply the next step"),
        Binding("backspace", "back", show=False, tooltip="Undo the last step"),
        Binding("c", "switch('centre')", show=False, tooltip="Subtract the mean, or undo"),
        Binding("v", "switch('divide')", show=False, tooltip="Divide by the deviation, or undo"),
        Binding("w", "switch('affine')", show=False, tooltip="Apply weight and bias, or undo"),
        Binding("n", "shake", show=False, tooltip="Add new noise after BatchNorm"),
        Binding("b", "draw", show=False, tooltip="Draw a new batch"),
        Binding("up", "choose(-1)", show=False, tooltip="Previous slider"),
        Binding("down", "choose(1)", show=False, tooltip="Next slider"),
        Binding("left", "slide(-0.1)", show=False, tooltip="Decrease the slider (with shift: by 1)"),
        Binding("right", "slide(0.1)", show=False, tooltip="Increase the slider (with shift: by 1)"),
        Binding("shift+left", "slide(-1)", show=False),
        Binding("shift+right", "slide(1)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(id="mechanics-batch")
        self.state = mechanics.draw_batch()
        self.slider = 0
        self._left = 0
        self._targets: list[Target] = []

    def information(self, source: RunSource | None = None) -> list[Paragraph]:
        return quantity_text(MECHANICS)

    # Keys

    def action_forward(self) -> None:
        self._set_state(mechanics.apply_next(self.state))

    def action_back(self) -> None:
        self._set_state(mechanics.undo_last(self.state))

    def action_switch(self, step: str) -> None:
        self._set_state(mechanics.toggle(self.state, Step(step)))

    def action_shake(self) -> None:
        self._set_state(mechanics.draw_noise(self.state))

    def action_draw(self) -> None:
        """Draw another batch; the applied steps stay."""
        self._set_state(mechanics.draw_batch(self.state.batch_seed + 1, like=self.state))

    def action_choose(self, by: int) -> None:
        self.slider = (self.slider + by) % (2 * UNITS)
        self.repaint()

    def action_slide(self, by: float) -> None:
        value = (*self.state.weight, *self.state.bias)[self.slider]
        self._set_state(mechanics.move_slider(self.state, self.slider, value + by))

    def on_click(self, event: events.Click) -> None:
        """Toggle the step under the mouse, or move the slider there."""
        line, column = event.y - 1, event.x - self._left
        target = self._targets[line] if 0 <= line < len(self._targets) and column >= 0 else None
        if isinstance(target, Step):
            self._set_state(mechanics.toggle(self.state, target))
        elif target is not None:
            self.slider = target
            share = (column - TRACK[0]) / (TRACK[1] - TRACK[0] - 1)
            self._set_state(
                mechanics.move_slider(self.state, target, round(RANGE[0] + share * (RANGE[1] - RANGE[0]), 1))
            )

    def _set_state(self, state: mechanics.Mechanics) -> None:
        self.state = state
        self.repaint()

    # Painting

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        state, rows = self.state, max(canvas.height - 2, 0)
        draw_border(canvas, styles.focus if self.has_focus else styles.border)
        # Both axes have the same scale, so the plot cannot use more columns than this.
        wide = max(canvas.width - 2 - 2 * rows, WIDTH)
        width = min(wide, _MAX_WIDTH, canvas.width - 2)
        self._left = canvas.width - 1 - width
        result = state.result()
        scatter = Scatter(canvas, styles, 1, self._left - 2, rows, state.half_width)
        scatter.paint(state.batch, result, moments(result))
        shown = formula_lines(styles, state, self.slider, width, rows)[:rows]
        self._targets = [line.target for line in shown]
        for y, line in enumerate(shown, 1):
            canvas.put_spans(self._left, y, line.spans)
        self._frame(canvas, styles)

    def _frame(self, canvas: Canvas, styles: Styles) -> None:
        # Restore the right border, which text may have overwritten.
        style = styles.focus if self.has_focus else styles.border
        for y in range(1, canvas.height - 1):
            canvas.put(canvas.width - 1, y, "│", style)
        title = " BatchNorm by hand "[: max(canvas.width - 2, 0)]
        canvas.put(1, 0, title, styles.bold if self.has_focus else styles.text)
        hint = next((hint for hint in _HINTS if len(hint) + 6 <= canvas.width), "")
        if hint:
            canvas.put(2, canvas.height - 1, f" {hint} ", styles.muted)
