"""What is round every figure: a border with the title in it, and the line that stands in an empty one."""

from __future__ import annotations

from textwrap import wrap

from rich.style import Style

from bntui.number_format import compact
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.palette import Styles
from bntui.views.cursor_values import CursorValue, cursor_values
from bntui.views.draw_options import DrawOptions
from bntui.views.figure import Figure
from bntui.views.variant_mark import mark


def framed(canvas: Canvas, styles: Styles, figure: Figure, options: DrawOptions, kept: int = 0) -> bool:
    """Draw border and title; False where there is nothing to draw within them, and that is said.

    `kept` cells of the upper edge, at its right, are for something else than the note.
    """
    edge(canvas, styles.focus if options.focused else styles.border)
    _title(canvas, styles, figure, options, kept)
    if not figure.measured:
        _centre(canvas, figure.empty, styles.muted)
    return figure.measured


def edge(canvas: Canvas, style: Style) -> None:
    """A line along the canvas's four edges."""
    width, bottom = canvas.width, canvas.height - 1
    for y in range(1, bottom):
        canvas.put(0, y, "│", style)
        canvas.put(width - 1, y, "│", style)
    canvas.put(0, bottom, "╰" + "─" * (width - 2) + "╯", style)
    canvas.put(0, 0, "╭" + "─" * (width - 2) + "╮", style)


def _title(canvas: Canvas, styles: Styles, figure: Figure, options: DrawOptions, kept: int) -> None:
    room = canvas.width - 4
    if room < 3:
        return
    title = figure.title[:room]
    strong = styles.bold if options.focused else styles.text
    x = canvas.put_spans(1, 0, [(" ", styles.text), (title, strong), (" ", styles.text)])
    room = canvas.width - 1 - kept - x
    if options.cursor is not None and figure.measured:
        canvas.put_spans(x, 0, _readout(cursor_values(figure, options.cursor, options.window), styles, room))
    else:
        canvas.put(x, 0, _note(figure.note, options, room), styles.muted)


def _readout(readings: list[CursorValue], styles: Styles, room: int) -> list[tuple[str, Style]]:
    """As much of the values at the cursor as fits: with their means, without, or of the first variants only."""
    for means in (True, False):
        spans = [
            (f"{mark(each.style_index)} {_told(each, means)} ", styles.variant(each.style_index)) for each in readings
        ]
        if sum(len(text) for text, _ in spans) <= room:
            return spans
    while spans and sum(len(text) for text, _ in spans) > room:
        spans.pop()
    return spans


def _told(reading: CursorValue, means: bool) -> str:
    text = "…".join(map(compact, reading.values))
    return f"{text} ≈{compact(reading.smoothed)}" if means and reading.smoothed is not None else text


def _note(note: str, options: DrawOptions, room: int) -> str:
    """As much of the note as fits; the scale is said before anything else, then the smoothing."""
    phrases = note.split(", ") if note else []
    fixed = ["log"] * options.log + ["all values"] * (not options.robust)
    means = [f"mean of {options.window:,} steps"] * (options.window > 0)
    for count, smoothing in [(count, means) for count in range(len(phrases), -1, -1)] + [(0, [])]:
        parts = [", ".join(phrases[:count])] * (count > 0) + smoothing + fixed
        text = "· " + " · ".join(parts) + " " if parts else ""
        if len(text) <= room:
            return text
    return ""


def _centre(canvas: Canvas, text: str, style: Style) -> None:
    # In as many lines as it takes.
    lines = wrap(text, max(canvas.width - 4, 1), break_on_hyphens=False)[: max(canvas.height - 2, 1)]
    for y, line in enumerate(lines, (canvas.height - len(lines)) // 2 + (len(lines) == 1 and canvas.height % 2 == 0)):
        canvas.put((canvas.width - len(line)) // 2, y, line, style)
