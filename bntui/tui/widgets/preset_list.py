"""The list of presets. A preset and its reduced version, named with -mini, share a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from bntui.records import UserError
from bntui.spec import ExperimentSpec
from bntui.tui.charts.canvas import Canvas, truncate
from bntui.tui.charts.palette import Styles
from bntui.tui.widgets.selectable_list import SelectableList

Preset = ExperimentSpec | UserError


@dataclass(frozen=True, slots=True)
class TourEntry:
    """The line of the tour, which comes first."""

    title: str
    name: str = "tour"


_MINI = "-mini"
_SIZES = (" full ", " mini ")


@dataclass(frozen=True, slots=True)
class Group:
    """A preset and its reduced version, or None; or the error of a file that is no valid preset; or the tour."""

    preset: Preset | TourEntry
    mini: ExperimentSpec | None = None

    def of_size(self, mini: bool) -> Preset | TourEntry:
        """Return the reduced version if it is wanted and exists, else the full preset."""
        return self.mini if mini and self.mini else self.preset


def grouped(presets: Sequence[Preset]) -> list[Group]:
    """Return the presets in their order, each reduced version in the group of its full one."""
    by_name = {preset.name: preset for preset in presets if isinstance(preset, ExperimentSpec)}
    minis = {name for name in by_name if name.endswith(_MINI) and name.removesuffix(_MINI) in by_name}
    return [
        Group(preset) if isinstance(preset, UserError) else Group(preset, by_name.get(preset.name + _MINI))
        for preset in presets
        if isinstance(preset, UserError) or preset.name not in minis
    ]


class PresetList(SelectableList):
    """A line per group, after that of the tour if there is one; full or mini is chosen for all at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "train", tooltip="Train the preset, or begin the tour"),
        Binding("left", "size(False)", show=False, tooltip="Full presets"),
        Binding("right", "size(True)", "size", key_display="← →", tooltip="Reduced presets, which run on any machine"),
    ]

    class Changed(Message):
        """Another preset was selected."""

    class Chosen(Message):
        """A preset to train."""

        def __init__(self, spec: ExperimentSpec) -> None:
            super().__init__()
            self.spec = spec

    class TourChosen(Message):
        """The tour is to begin, or to go on."""

    def __init__(self, presets: Sequence[Preset], tour: str = "") -> None:
        """`tour` is the title of the tour's line; '' for none."""
        super().__init__(id="presets")
        self.groups = [*([Group(TourEntry(tour))] if tour else []), *grouped(presets)]
        self._mini = False

    def retitle_tour(self, title: str) -> None:
        """Show another title of the tour."""
        self.groups[0] = Group(TourEntry(title))
        self.repaint()

    @property
    def count(self) -> int:
        """The number of groups."""
        return len(self.groups)

    @property
    def current(self) -> Preset | TourEntry | None:
        """The selected preset, the error of its file, or the tour."""
        return self.groups[self.line].of_size(self._mini) if self.groups else None

    def open(self) -> None:
        if isinstance(self.current, ExperimentSpec):
            self.post_message(self.Chosen(self.current))
        elif isinstance(self.current, TourEntry):
            self.post_message(self.TourChosen())

    def moved(self) -> None:
        super().moved()
        self.post_message(self.Changed())

    def action_size(self, mini: bool) -> None:
        self._mini = mini
        self.moved()

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        if not self.groups:
            canvas.put(3, 0, "no presets found", styles.muted)
        names = [group.preset.name for group in self.groups if isinstance(group.preset, ExperimentSpec)]
        width = max(map(len, names), default=0)
        shown = self.visible_lines(canvas)
        for y, line in enumerate(shown):
            self._row(canvas, styles, y, line, width)
        if len(shown) < self.count:
            canvas.put_right(canvas.width, len(shown) - 1, f" {self.line + 1} of {self.count} ", styles.muted)

    def _row(self, canvas: Canvas, styles: Styles, y: int, line: int, width: int) -> None:
        group, selected = self.groups[line], line == self.line
        if selected:
            self.mark_line(canvas, styles, 1, y)
        if isinstance(group.preset, UserError):
            canvas.put(3, y, truncate(f"✖ {group.preset}", canvas.width - 4), styles.text if selected else styles.faint)
            return
        canvas.put(3, y, group.preset.name, styles.bold if selected else styles.text)
        if isinstance(group.preset, TourEntry):
            x = 3 + len(group.preset.name) + 2
            canvas.put(x, y, truncate(group.preset.title, canvas.width - x - 1), styles.text)
            return
        x = 3 + width + 2
        for size, name in enumerate(_SIZES if group.mini else ()):
            chosen = self._mini is bool(size)
            canvas.put(x + size * len(name), y, name, styles.focus if chosen and selected else styles.faint)
        x += sum(map(len, _SIZES)) + 1
        canvas.put(x, y, truncate(group.preset.title, canvas.width - x - 1), styles.text if selected else styles.muted)
