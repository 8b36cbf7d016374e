"""The presets as a list: each in its own size and, where it has one, as the small twin that runs anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from bntui.records import UserError
from bntui.spec import ExperimentSpec
from bntui.tui.canvas import Canvas, CanvasWidget
from bntui.tui.palette import Inks
from bntui.tui.run_list import cut

Preset = ExperimentSpec | UserError

_MINI = "-mini"
_SIZES = (" full ", " mini ")


@dataclass(frozen=True, slots=True)
class Group:
    """A preset and its small twin, or None; or why a file is none."""

    preset: Preset
    mini: ExperimentSpec | None = None

    def chosen(self, mini: bool) -> ExperimentSpec | None:
        """The preset of a size, or the only one there is; None where the file is none."""
        spec = self.mini if mini and self.mini else self.preset
        return None if isinstance(spec, UserError) else spec


def grouped(presets: Sequence[Preset]) -> list[Group]:
    """In the order of the presets, twins with the bigger one."""
    named = {each.name: each for each in presets if isinstance(each, ExperimentSpec)}
    twins = {name for name in named if name.endswith(_MINI) and name.removesuffix(_MINI) in named}
    return [
        Group(each) if isinstance(each, UserError) else Group(each, named.get(each.name + _MINI))
        for each in presets
        if isinstance(each, UserError) or each.name not in twins
    ]


class PresetList(CanvasWidget, can_focus=True):
    """A line a preset; the size is chosen for all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "train", "train", tooltip="Train the preset"),
        Binding("up", "move(-1)", show=False, tooltip="The preset above"),
        Binding("down", "move(1)", show=False, tooltip="The preset below"),
        Binding("left", "size(False)", show=False, tooltip="The preset in full"),
        Binding("right", "size(True)", "size", key_display="← →", tooltip="The small twin of the preset"),
    ]

    class Changed(Message):
        """Another preset is under the cursor."""

    class Chosen(Message):
        """A preset to train."""

        def __init__(self, spec: ExperimentSpec) -> None:
            super().__init__()
            self.spec = spec

    def __init__(self, presets: Sequence[Preset]) -> None:
        super().__init__(id="presets")
        self.groups = grouped(presets)
        self._mini = False
        self._line = next((place for place, group in enumerate(self.groups) if group.chosen(False)), 0)
        self._first = 0

    @property
    def current(self) -> ExperimentSpec | None:
        """What enter would train."""
        return self.groups[self._line].chosen(self._mini) if self.groups else None

    def action_move(self, by: int) -> None:
        """The next preset, or the one before, past what is none."""
        line = self._line + by
        while 0 <= line < len(self.groups) and self.groups[line].chosen(False) is None:
            line += by
        if 0 <= line < len(self.groups):
            self._line = line
        self._show()

    def action_size(self, mini: bool) -> None:
        """Full or mini."""
        self._mini = mini
        self._show()

    def action_train(self) -> None:
        """Hand over what is chosen."""
        if self.current:
            self.post_message(self.Chosen(self.current))

    def on_click(self, event: events.Click) -> None:
        """Choose with the mouse: once to read about it, twice to train it."""
        place = self._first + event.y
        if place < len(self.groups) and self.groups[place].chosen(False):
            self._line = place
            self._show()
            if event.chain == 2:
                self.action_train()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The next."""
        self.action_move(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The one before."""
        self.action_move(-1)

    def on_focus(self) -> None:
        """The cursor shows who has the keys."""
        self.repaint()

    def on_blur(self) -> None:
        """The same."""
        self.repaint()

    def _show(self) -> None:
        self.repaint()
        self.post_message(self.Changed())

    def paint(self, canvas: Canvas, inks: Inks) -> None:
        """As many lines as there is room for."""
        if not self.groups:
            canvas.put(3, 0, "no presets found", inks.muted)
        rows = max(canvas.height, 1)
        self._first = min(max(self._first, self._line - rows + 1), self._line, max(len(self.groups) - rows, 0))
        names = [group.preset.name for group in self.groups if isinstance(group.preset, ExperimentSpec)]
        width = max(map(len, names), default=0)
        for y, group in enumerate(self.groups[self._first : self._first + rows]):
            self._row(canvas, inks, y, group, width)
        hidden = len(self.groups) - rows
        if hidden > 0:
            canvas.put_right(canvas.width, rows - 1, f" {self._line + 1} of {len(self.groups)} ", inks.muted)

    def _row(self, canvas: Canvas, inks: Inks, y: int, group: Group, width: int) -> None:
        here = self._first + y == self._line
        if isinstance(group.preset, UserError):
            canvas.put(3, y, f"✖ {group.preset}", inks.faint)
            return
        if here:
            canvas.put(1, y, "▸", inks.focus if self.has_focus else inks.faint)
        canvas.put(3, y, group.preset.name, inks.bold if here else inks.text)
        x = 3 + width + 2
        for size, name in enumerate(_SIZES if group.mini else ()):
            chosen = self._mini is bool(size)
            canvas.put(x + size * len(name), y, name, inks.focus if chosen and here else inks.faint)
        x += sum(map(len, _SIZES)) + 1
        canvas.put(x, y, cut(group.preset.title, canvas.width - x - 1), inks.text if here else inks.muted)
