"""The exact values at the cursor as a line of text."""

from __future__ import annotations

from collections.abc import Sequence

from bntui.number_format import exact
from bntui.views.cursor_values import CursorValue
from bntui.views.variant_mark import mark

_NO_BREAK_SPACE = "\u00a0"


def readout_line(at: int, title: str, readings: Sequence[CursorValue], window: int) -> str:
    """Return the step, the chart's title, and each variant's values with all their digits."""
    if not readings:
        return f"step {at:,} · {title}: no value measured yet"
    return f"step {at:,} · {title}: " + " · ".join(_reading_text(reading, at, window) for reading in readings)


def _reading_text(reading: CursorValue, at: int, window: int) -> str:
    text = f"{mark(reading.style_index)} {reading.variant} {' … '.join(map(exact, reading.values))}"
    if reading.smoothed is not None:
        text += f" (mean of {window:,}: {reading.smoothed:.6g})"
    if reading.step != at:
        text += f" at step {reading.step:,}"
    # Lines are wrapped between readings only.
    return text.replace(" ", _NO_BREAK_SPACE)
