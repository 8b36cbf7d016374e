"""What is round every figure: a border with the title in it, and the line that stands in an empty one."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap
from typing import Protocol

from rich.style import Style

from bntui.tui.canvas import Canvas
from bntui.tui.palette import Inks


@dataclass(frozen=True, slots=True)
class Look:
    """How a figure is to be shown: its right edge in steps, the scale, whether it has the focus."""

    right: int
    log: bool
    focused: bool = False


class Framed(Protocol):
    """What every kind of figure has."""

    @property
    def title(self) -> str:
        """What it shows."""

    @property
    def note(self) -> str:
        """How to read it."""

    @property
    def empty(self) -> str:
        """What to say where there is nothing to draw yet."""

    @property
    def measured(self) -> bool:
        """Whether there is."""


def framed(canvas: Canvas, inks: Inks, figure: Framed, look: Look, kept: int = 0) -> bool:
    """Draw border and title; False where there is nothing to draw within them, and that is said.

    `kept` cells of the upper edge, at its right, are for something else than the note.
    """
    edge(canvas, inks.focus if look.focused else inks.border)
    _title(canvas, inks, figure, look, kept)
    if not figure.measured:
        _centre(canvas, figure.empty, inks.muted)
    return figure.measured


def edge(canvas: Canvas, style: Style) -> None:
    """A line along the canvas's four edges."""
    width, bottom = canvas.width, canvas.height - 1
    for y in range(1, bottom):
        canvas.put(0, y, "│", style)
        canvas.put(width - 1, y, "│", style)
    canvas.put(0, bottom, "╰" + "─" * (width - 2) + "╯", style)
    canvas.put(0, 0, "╭" + "─" * (width - 2) + "╮", style)


def _title(canvas: Canvas, inks: Inks, figure: Framed, look: Look, kept: int) -> None:
    room = canvas.width - 4
    if room < 3:
        return
    title = figure.title[:room]
    strong = inks.bold if look.focused else inks.text
    x = canvas.put_spans(1, 0, [(" ", inks.text), (title, strong), (" ", inks.text)])
    canvas.put(x, 0, _note(figure.note, look.log, canvas.width - 1 - kept - x), inks.muted)


def _note(note: str, log: bool, room: int) -> str:
    """As much of the note as fits; the scale is said before anything else."""
    phrases = note.split(", ") if note else []
    for count in range(len(phrases), -1, -1):
        parts = [", ".join(phrases[:count])] * (count > 0) + ["log"] * log
        text = "· " + " · ".join(parts) + " " if parts else ""
        if len(text) <= room:
            return text
    return ""


def _centre(canvas: Canvas, text: str, style: Style) -> None:
    # In as many lines as it takes.
    lines = wrap(text, max(canvas.width - 4, 1), break_on_hyphens=False)[: max(canvas.height - 2, 1)]
    for y, line in enumerate(lines, (canvas.height - len(lines)) // 2 + (len(lines) == 1 and canvas.height % 2 == 0)):
        canvas.put((canvas.width - len(line)) // 2, y, line, style)
