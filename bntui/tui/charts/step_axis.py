"""The axis of steps of a plot: its labels and its cursor."""

from __future__ import annotations

from typing import NamedTuple

from rich.color import Color
from rich.style import Style

from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.polyline import DotGrid
from bntui.views.step_unit import STEPS, StepUnit, step_ticks


class Plot(NamedTuple):
    """A grid of dots on a canvas, and the canvas column of its left edge."""

    left: int
    grid: DotGrid


def draw_step_labels(canvas: Canvas, style: Style, plot: Plot, unit: StepUnit = STEPS) -> None:
    """Label round steps below a plot, on the lower border; the first label names a unit other than steps."""
    grid, bottom, free = plot.grid, canvas.height - 1, plot.left
    for number, tick in enumerate(step_ticks(grid.left, grid.right, max(2, grid.columns // 12), unit)):
        label = f" {tick.label} {unit.name} " if unit != STEPS and not number else f" {tick.label} "
        x = plot.left + grid.column_of(tick.value) - len(tick.label) // 2 - 1
        x = min(max(x, free), plot.left + grid.columns - len(label))
        if x >= free:
            canvas.put(x, bottom, label, style)
            free = x + len(label) + 1


def draw_cursor(canvas: Canvas, styles: Styles, plot: Plot, step: int, top: int, rows: int) -> None:
    """Highlight the column of a step, with a line in its empty and its filled cells."""
    grid = plot.grid
    if not grid.left <= step <= grid.right:
        return
    x = plot.left + grid.column_of(step)
    for y in range(top, top + rows):
        char, style = canvas.rows[y][x]
        if char in "█▀▄":
            canvas.put(x, y, "│", Style(color=_contrast(style), bgcolor=style.color))
            continue
        if char in " ┈":
            canvas.put(x, y, "│", styles.focus)
            if not styles.has_ramp:
                continue
        canvas.put_background(x, y, " ", styles.cursor)


def _contrast(style: Style) -> Color | None:
    """Return black or white, whichever contrasts more with the color of a cell."""
    triplet = style.color.triplet if style.color else None
    light = triplet is not None and sum(triplet) > 3 * 128
    return Color.from_rgb(0, 0, 0) if light else Color.from_rgb(255, 255, 255)
