"""The exact values under the cursor, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bntui.number_format import exact
from bntui.views.cursor_values import CursorValue
from bntui.views.variant_mark import mark


def told(at: int, title: str, readings: Sequence[CursorValue], window: int) -> str:
    """One line: the step, what is read, and each variant's values with all their digits."""
    if not readings:
        return f"step {at:,} · {title}: no single value by then"
    parts = [_one(each, at, window) for each in readings]
    return f"step {at:,} · {title}: " + " · ".join(parts)


def _one(reading: CursorValue, at: int, window: int) -> str:
    text = f"{mark(reading.style_index)} {reading.variant} {' … '.join(map(exact, reading.values))}"
    if reading.smoothed is not None:
        text += f" (mean of {window:,}: {reading.smoothed:.6g})"
    if reading.step != at:
        text += f" at step {reading.step:,}"
    # Each in one piece, wherever the line is broken.
    return text.replace(" ", "\u00a0")
