"""The header of a sweep's screen: the grid, who works on it, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.style import Style

from bntui.number_format import clock, rate
from bntui.sweep.counts import Counts
from bntui.sweep.grid import Grid
from bntui.toml_text import short_key
from bntui.tui.charts.canvas import Canvas, CanvasWidget
from bntui.tui.charts.palette import Styles
from bntui.tui.widgets.header import Span, bar, length

_ONE_LINE_FROM = 150
"""Terminal width from which the header takes one line."""


@dataclass(frozen=True, slots=True)
class SweepHeading:
    """The contents of the header.

    `engine` is what trains the points, '' where this process only watches; `driven` whether any process drives the
    sweep. `rate` is in steps per second over all points; `seconds_left` is None where it is not known.
    """

    name: str
    grid: Grid
    counts: Counts = field(default=Counts())
    engine: str = ""
    driven: bool = False
    stopping: bool = False
    rate: float = 0.0
    seconds_left: float | None = None


class SweepHeader(CanvasWidget):
    """One line in wide terminals, two in narrow ones."""

    def __init__(self) -> None:
        super().__init__(id="header")
        self._heading: SweepHeading | None = None

    @staticmethod
    def rows(width: int) -> int:
        """Return how many rows the header takes in a terminal of this width."""
        return 1 if width >= _ONE_LINE_FROM else 2

    def show(self, heading: SweepHeading) -> None:
        self._heading = heading
        self.repaint()

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        if self._heading is None:
            return
        right = _progress(self._heading, styles, canvas.width)
        if canvas.height > 1:
            canvas.put_spans(1, 0, _identity(self._heading, styles, canvas.width - 2))
            canvas.put_spans(1, 1, right)
            return
        canvas.put_spans(1, 0, _identity(self._heading, styles, canvas.width - 5 - length(right)))
        canvas.put_spans(canvas.width - 1 - length(right), 0, right)


def grid_text(grid: Grid) -> str:
    """Return the size of a grid's axes, as in 'lr × 8, 3 seeds'."""
    keys = {axis.key: None for axis in grid.axes}
    axes = [f"{short_key(axis.key, keys)} × {len(axis.values)}" for axis in grid.axes]
    return ", ".join([*axes, f"{len(grid.seeds)} seed{'s' * (len(grid.seeds) != 1)}"])


def _identity(heading: SweepHeading, styles: Styles, room: int) -> list[Span]:
    """Return name, preset, grid and engine; the least important are left out where room is short."""
    engine = heading.engine or "watching" * heading.driven
    parts = [f"sweep of {heading.grid.preset_name}", grid_text(heading.grid), *([engine] if engine else [])]
    for count in range(len(parts), 0, -1):
        spans = [(heading.name, styles.bold)]
        for part in parts[:count]:
            spans += [(" · ", styles.faint), (part, styles.text)]
        if length(spans) <= room:
            return spans
    return [(heading.name[: max(room, 0)], styles.bold)]


def _progress(heading: SweepHeading, styles: Styles, width: int) -> list[Span]:
    """Return what happens, the numbers of points, and the time left; bar and speed where they fit."""
    first, counts = _activity(heading, styles), _count_spans(heading.counts, styles)
    left = _left(heading, styles)
    if not heading.counts.points:
        return [first]
    share = 1.0 if heading.counts.over else heading.counts.steps / max(heading.counts.all_steps, 1)
    spans: list[Span] = []
    for bar_width, speed in ((24 if width >= 160 else 10, True), (10, False), (0, False)):
        drawn = [("  ", styles.text), *bar(share, bar_width, styles)] if bar_width else []
        speed_spans = [(f"  {rate(heading.rate)} steps/s", styles.text)] if speed and left and heading.rate else []
        ended = (f"  {heading.counts.finished + heading.counts.failed:,}/{heading.counts.points:,}", styles.bold)
        spans = [first, ended, *drawn, *counts, *speed_spans, *left]
        if length(spans) <= width - 2:
            break
    return spans


def _count_spans(counts: Counts, styles: Styles) -> list[Span]:
    numbers = (
        (counts.under_way, "training", styles.good),
        (counts.waiting, "waiting", styles.muted),
        (counts.diverged, "diverged", styles.warning),
        (counts.failed, "failed", styles.error),
    )
    return [(f"  {number:,} {name}", style) for number, name, style in numbers if number]


def _left(heading: SweepHeading, styles: Styles) -> list[Span]:
    """Return the time left; [] while nothing trains."""
    if not heading.counts.under_way:
        return []
    text = "–:––" if heading.seconds_left is None else clock(heading.seconds_left)
    return [(f"  {text} left", styles.text)]


def _activity(heading: SweepHeading, styles: Styles) -> tuple[str, Style]:
    counts = heading.counts
    if not counts.points:
        return "reading…", styles.muted
    if heading.stopping and counts.under_way:
        return "stopping…", styles.warning
    if counts.over:
        return ("ended", styles.warning) if counts.failed else ("finished", styles.good)
    if heading.driven or counts.under_way:
        return "training", styles.good
    return "stopped", styles.warning
