"""BatchNorm by hand: a cloud of points that each step of it moves, beside the formulas; it needs no run."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Footer

from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.frame import edge
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.scatter import Scatter
from bntui.tui.screens.base import BaseScreen, TooSmall
from bntui.tui.widgets.chart_pane import Pane
from bntui.tui.widgets.mechanics_formulas import TRACK, WIDTH, Target, lines
from bntui.views import mechanics
from bntui.views.mechanics import RANGE, UNITS, Step, moments

_MOST = 72
_HINTS = (
    "enter next · backspace takes back · ↑ ↓ ← → sliders · b new batch",
    "enter next · backspace back · ↑ ↓ ← → · b new batch",
    "enter · backspace · arrows · b",
)


class MechanicsPane(Pane):
    """The pane; its state is a `Mechanics`, and each key leads to another one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "forward", show=False, tooltip="BatchNorm's next step"),
        Binding("backspace", "back", show=False, tooltip="Take the last step back"),
        Binding("c", "switch('centre')", show=False, tooltip="Subtract the mean, or not"),
        Binding("v", "switch('divide')", show=False, tooltip="Divide by the deviation, or not"),
        Binding("w", "switch('affine')", show=False, tooltip="Apply weight and bias, or not"),
        Binding("n", "shake", show=False, tooltip="Noise after it, drawn anew"),
        Binding("b", "draw", show=False, tooltip="Another batch"),
        Binding("up", "choose(-1)", show=False, tooltip="The slider above"),
        Binding("down", "choose(1)", show=False, tooltip="The slider below"),
        Binding("left", "slide(-0.1)", show=False, tooltip="The slider to the left; shift: further"),
        Binding("right", "slide(0.1)", show=False, tooltip="The slider to the right; shift: further"),
        Binding("shift+left", "slide(-1)", show=False),
        Binding("shift+right", "slide(1)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(id="mechanics-batch")
        self.state = mechanics.draw_batch()
        self.slider = 0
        self._left = 0
        self._targets: list[Target] = []

    # Keys

    def action_forward(self) -> None:
        """The next step."""
        self._go(mechanics.apply_next(self.state))

    def action_back(self) -> None:
        """Without the last step."""
        self._go(mechanics.undo_last(self.state))

    def action_switch(self, step: str) -> None:
        """A step, or not."""
        self._go(mechanics.toggle(self.state, Step(step)))

    def action_shake(self) -> None:
        """Noise, each time another."""
        self._go(mechanics.draw_noise(self.state))

    def action_draw(self) -> None:
        """Another batch; the steps stay."""
        self._go(mechanics.draw_batch(self.state.batch_seed + 1, like=self.state))

    def action_choose(self, by: int) -> None:
        """Another slider."""
        self.slider = (self.slider + by) % (2 * UNITS)
        self.repaint()

    def action_slide(self, by: float) -> None:
        """Move the chosen one."""
        value = (*self.state.weight, *self.state.bias)[self.slider]
        self._go(mechanics.move_slider(self.state, self.slider, value + by))

    def on_click(self, event: events.Click) -> None:
        """The step, or the place on a slider, under the mouse."""
        line, column = event.y - 1, event.x - self._left
        target = self._targets[line] if 0 <= line < len(self._targets) and column >= 0 else None
        if isinstance(target, Step):
            self._go(mechanics.toggle(self.state, target))
        elif target is not None:
            self.slider = target
            at = (column - TRACK[0]) / (TRACK[1] - TRACK[0] - 1)
            self._go(mechanics.move_slider(self.state, target, round(RANGE[0] + at * (RANGE[1] - RANGE[0]), 1)))

    def _go(self, state: mechanics.Mechanics) -> None:
        self.state = state
        self.repaint()

    # Painting

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        """The cloud at the left, the formulas at the right."""
        state, rows = self.state, max(canvas.height - 2, 0)
        edge(canvas, styles.focus if self.has_focus else styles.border)
        # Both axes have one scale, so that the cloud gains nothing from more columns than this.
        wide = max(canvas.width - 2 - 2 * rows, WIDTH)
        width = min(wide, _MOST, canvas.width - 2)
        self._left = canvas.width - 1 - width
        result = state.result()
        scatter = Scatter(canvas, styles, 1, self._left - 2, rows, state.half_width)
        scatter.paint(state.batch, result, moments(result))
        shown = lines(styles, state, self.slider, width, rows)[:rows]
        self._targets = [line.target for line in shown]
        for y, line in enumerate(shown, 1):
            canvas.put_spans(self._left, y, line.spans)
        self._frame(canvas, styles)

    def _frame(self, canvas: Canvas, styles: Styles) -> None:
        # Text may have run over the right border.
        style = styles.focus if self.has_focus else styles.border
        for y in range(1, canvas.height - 1):
            canvas.put(canvas.width - 1, y, "│", style)
        title = " BatchNorm by hand "[: max(canvas.width - 2, 0)]
        canvas.put(1, 0, title, styles.bold if self.has_focus else styles.text)
        hint = next((hint for hint in _HINTS if len(hint) + 6 <= canvas.width), "")
        if hint:
            canvas.put(2, canvas.height - 1, f" {hint} ", styles.muted)


class MechanicsScreen(BaseScreen):
    """The pane as a screen of its own, without a run."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.back", "back", key_display="esc", tooltip="Back to where you were"),
        Binding("question_mark", "app.help", "help", tooltip="This list", key_display="?"),
        Binding("q", "app.quit_run", "quit", tooltip="Quit; asks while training runs"),
    ]

    def compose(self) -> ComposeResult:
        """The pane and the keys."""
        yield MechanicsPane()
        yield Footer(compact=True, show_command_palette=False)
        yield TooSmall(classes="gate")

    def say(self, error: str) -> None:
        """Tell the reader why something came to nothing."""
        self.notify(error, severity="error")
