"""The names of places on an x axis, such as layers or the values of a swept key."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.palette import Styles


def draw_names(
    canvas: Canvas,
    styles: Styles,
    names: Sequence[str],
    columns: Sequence[int],
    left: int,
    marked: int | None = None,
    row: int | None = None,
    reserved: int = 0,
) -> None:
    """Write, below a plot that begins at column `left`, the marked name and every n-th one, such that none overlap.

    `columns` (n,) are the canvas columns of the places; `row` is by default that of the lower border, of which
    `reserved` cells at the right end stay free.
    """
    y, right = canvas.height - 1 if row is None else row, canvas.width - 2 - reserved
    taken = np.zeros(canvas.width + 1, np.bool_)
    for index in dict.fromkeys([*([] if marked is None else [marked]), *range(0, len(names), _stride(names, columns))]):
        text = names[index]
        x = min(max(columns[index] - len(text) // 2, left), right - len(text))
        if x >= left and not taken[x : x + len(text)].any():
            taken[x - 1 : x + len(text) + 1] = True
            canvas.put(x - 1, y, f" {text} ", styles.bold if index == marked else styles.muted)


def _stride(names: Sequence[str], columns: Sequence[int]) -> int:
    """Return the smallest n for which every n-th name has room beside its neighbors."""
    if len(names) < 2:
        return 1
    pitch = (columns[-1] - columns[0]) / (len(names) - 1)
    longest = max(map(len, names))
    return next((count for count in range(1, len(names)) if count * pitch > longest + 1), len(names))
