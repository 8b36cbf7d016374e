"""The presets as a list: each in its own size and, where it has one, as the small twin that runs anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from bntui.records import UserError
from bntui.spec import ExperimentSpec
from bntui.tui.charts.canvas import Canvas, cut
from bntui.tui.charts.palette import Styles
from bntui.tui.widgets.selectable_list import SelectableList

Preset = ExperimentSpec | UserError

_MINI = "-mini"
_SIZES = (" full ", " mini ")


@dataclass(frozen=True, slots=True)
class Group:
    """A preset and its small twin, or None; or why a file is none."""

    preset: Preset
    mini: ExperimentSpec | None = None

    def chosen(self, mini: bool) -> Preset:
        """The preset of a size, or the only one there is."""
        return self.mini if mini and self.mini else self.preset


def grouped(presets: Sequence[Preset]) -> list[Group]:
    """In the order of the presets, twins with the bigger one."""
    named = {each.name: each for each in presets if isinstance(each, ExperimentSpec)}
    twins = {name for name in named if name.endswith(_MINI) and name.removesuffix(_MINI) in named}
    return [
        Group(each) if isinstance(each, UserError) else Group(each, named.get(each.name + _MINI))
        for each in presets
        if isinstance(each, UserError) or each.name not in twins
    ]


class PresetList(SelectableList):
    """A line a preset; the size is chosen for all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "train", tooltip="Train the preset"),
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

    @property
    def count(self) -> int:
        """How many presets there are, and files that are none."""
        return len(self.groups)

    @property
    def current(self) -> Preset | None:
        """What enter would train, or why it would not."""
        return self.groups[self.line].chosen(self._mini) if self.groups else None

    def open(self) -> None:
        """Train what is chosen."""
        if isinstance(self.current, ExperimentSpec):
            self.post_message(self.Chosen(self.current))

    def moved(self) -> None:
        """Another preset is to be told of."""
        super().moved()
        self.post_message(self.Changed())

    def action_size(self, mini: bool) -> None:
        """Full or mini."""
        self._mini = mini
        self.moved()

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        """As many lines as there is room for."""
        if not self.groups:
            canvas.put(3, 0, "no presets found", styles.muted)
        names = [group.preset.name for group in self.groups if isinstance(group.preset, ExperimentSpec)]
        width = max(map(len, names), default=0)
        shown = self.in_sight(canvas)
        for y, line in enumerate(shown):
            self._row(canvas, styles, y, line, width)
        if len(shown) < self.count:
            canvas.put_right(canvas.width, len(shown) - 1, f" {self.line + 1} of {self.count} ", styles.muted)

    def _row(self, canvas: Canvas, styles: Styles, y: int, line: int, width: int) -> None:
        group, here = self.groups[line], line == self.line
        if here:
            canvas.put(1, y, "▸", styles.focus if self.has_focus else styles.faint)
        if isinstance(group.preset, UserError):
            canvas.put(3, y, cut(f"✖ {group.preset}", canvas.width - 4), styles.text if here else styles.faint)
            return
        canvas.put(3, y, group.preset.name, styles.bold if here else styles.text)
        x = 3 + width + 2
        for size, name in enumerate(_SIZES if group.mini else ()):
            chosen = self._mini is bool(size)
            canvas.put(x + size * len(name), y, name, styles.focus if chosen and here else styles.faint)
        x += sum(map(len, _SIZES)) + 1
        canvas.put(x, y, cut(group.preset.title, canvas.width - x - 1), styles.text if here else styles.muted)
