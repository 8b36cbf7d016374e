"""Rows of text as lines with aligned columns, for standard output and dialogs."""

from __future__ import annotations

from collections.abc import Sequence

from bntui.printable_text import printable

_BETWEEN = "  "


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return the rows as lines, the first one as their head; a column that is empty in all others is left out."""
    cells = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) if any(column[1:]) else 0 for column in zip(*cells, strict=True)]
    return "\n".join(
        _BETWEEN.join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True) if width).rstrip()
        for row in cells
    )
