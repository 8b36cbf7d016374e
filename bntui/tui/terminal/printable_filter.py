"""A filter that lets no text of any widget control the terminal, whoever wrote it."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from bntui.printable_text import printable


class PrintableFilter(LineFilter):
    """Replaces characters that would control the terminal; the width of each segment stays the same."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.control or segment.text.isprintable() else segment._replace(text=_cleaned(segment.text))
            for segment in segments
        ]


def _cleaned(text: str) -> str:
    pairs = zip(text, printable(text), strict=True)
    return "".join(shown if shown == char else shown * cell_len(char) for char, shown in pairs)
