"""The frame of every figure: the border with its title, and the message in an empty one."""

from __future__ import annotations

from textwrap import wrap

from rich.style import Style

from bntui.number_format import compact
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.palette import Styles
from bntui.views.cursor_values import CursorValue, cursor_values
from bntui.views.draw_options import MOST_BANDS, DrawOptions, Seeds
from bntui.views.figure import Figure
from bntui.views.seeds_note import seeds_note
from bntui.views.variant_mark import mark

_Spans = list[tuple[str, Style]]

_SHORTEST_VALUE = 4
"""Cells of the mark and a value of one digit."""


def draw_frame(canvas: Canvas, styles: Styles, figure: Figure, options: DrawOptions, reserved: int = 0) -> bool:
    """Draw border and title, and the message of an empty figure; return whether there is anything to draw inside.

    `reserved` cells at the right end of the upper border stay free.
    """
    draw_border(canvas, styles.focus if options.focused else styles.border)
    _draw_title(canvas, styles, figure, options, reserved)
    if not figure.measured:
        _draw_centered(canvas, figure.empty, styles.muted)
    return figure.measured


def draw_border(canvas: Canvas, style: Style) -> None:
    """Draw a line along the four edges of the canvas."""
    width, bottom = canvas.width, canvas.height - 1
    for y in range(1, bottom):
        canvas.put(0, y, "│", style)
        canvas.put(width - 1, y, "│", style)
    canvas.put(0, bottom, "╰" + "─" * (width - 2) + "╯", style)
    canvas.put(0, 0, "╭" + "─" * (width - 2) + "╮", style)


def _draw_title(canvas: Canvas, styles: Styles, figure: Figure, options: DrawOptions, reserved: int) -> None:
    room = canvas.width - 4
    if room < 3:
        return
    title_style = styles.bold if options.focused else styles.text
    x = canvas.put_spans(1, 0, [(" ", styles.text), (figure.title[:room], title_style), (" ", styles.text)])
    room = canvas.width - 1 - reserved - x
    if options.cursor is not None and figure.measured:
        canvas.put_spans(x, 0, _fit_values(figure, options.cursor, options.window, styles, room))
    else:
        canvas.put(x, 0, _fit_note(figure, options, room), styles.muted)


def _fit_values(figure: Figure, cursor: int, window: int, styles: Styles, room: int) -> _Spans:
    """Return the values at the cursor with their means, or if that is too long without, or only the first ones."""
    # Of many curves the means take long to compute, and not even the values fit.
    spans = _value_spans(cursor_values(figure, cursor, most=room // _SHORTEST_VALUE + 1), styles)
    if window and _length(spans) <= room:
        with_means = _value_spans(cursor_values(figure, cursor, window), styles)
        spans = with_means if _length(with_means) <= room else spans
    while spans and _length(spans) > room:
        spans.pop()
    return spans


def _value_spans(values: list[CursorValue], styles: Styles) -> _Spans:
    return [(f"{mark(value.style_index)} {_value_text(value)} ", styles.variant(value.style_index)) for value in values]


def _value_text(value: CursorValue) -> str:
    text = "…".join(map(compact, value.values))
    return text if value.smoothed is None else f"{text} ≈{compact(value.smoothed)}"


def _length(spans: _Spans) -> int:
    return sum(len(text) for text, _ in spans)


def _fit_note(figure: Figure, options: DrawOptions, room: int) -> str:
    """Return as much of the note as fits; the scale has priority, then the seeds, then the smoothing."""
    phrases = figure.note.split(", ") if figure.note else []
    if options.seeds is not Seeds.MEAN and len(figure.seed_counts) > MOST_BANDS:
        phrases.append(f"seeds of up to {MOST_BANDS} curves")
    scale = ["log"] * options.log + ["all values"] * (not options.robust)
    means = [f"mean of {options.window:,} steps"] * (options.window > 0)
    seeds = list(filter(None, [seeds_note(figure, options)]))
    notes = [(count, means + seeds) for count in range(len(phrases), -1, -1)]
    for count, drawn in [*notes, (0, seeds), (0, [])]:
        parts = [", ".join(phrases[:count])] * (count > 0) + drawn + scale
        text = "· " + " · ".join(parts) + " " if parts else ""
        if len(text) <= room:
            return text
    return ""


def _draw_centered(canvas: Canvas, text: str, style: Style) -> None:
    lines = wrap(text, max(canvas.width - 4, 1), break_on_hyphens=False)[: max(canvas.height - 2, 1)]
    for y, line in enumerate(lines, (canvas.height - len(lines)) // 2 + (len(lines) == 1 and canvas.height % 2 == 0)):
        canvas.put((canvas.width - len(line)) // 2, y, line, style)
