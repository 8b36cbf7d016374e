"""The exact values at the cursor as a line of text."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bntui.number_format import exact, plus_minus
from bntui.views.cursor_values import CursorValue
from bntui.views.step_unit import STEPS, StepUnit
from bntui.views.variant_mark import mark

_NO_BREAK_SPACE = "\u00a0"


def readout_line(at: int, title: str, readings: Sequence[CursorValue], window: int, unit: StepUnit = STEPS) -> str:
    """Return the cursor's place on the axis, the chart's title, and each variant's values with all their digits."""
    if not readings:
        return f"{unit.phrase(at)} · {title}: no value measured yet"
    texts = (_reading_text(reading, at, window, unit) for reading in readings)
    return f"{unit.phrase(at)} · {title}: " + " · ".join(texts)


def _reading_text(reading: CursorValue, at: int, window: int, unit: StepUnit) -> str:
    half_widths = reading.half_widths or [math.nan] * len(reading.values)
    values = map(_with_half_width, map(exact, reading.values), half_widths)
    text = f"{mark(reading.style_index)} {reading.variant} {' … '.join(values)}"
    if reading.smoothed is not None:
        half_width = math.nan if reading.smoothed_half_width is None else reading.smoothed_half_width
        text += f" (mean of {window:,}: {_with_half_width(f'{reading.smoothed:.6g}', half_width)})"
    if reading.seeds is not None:
        measured, seeds = reading.seeds
        text += f" {seeds} seeds" if measured == seeds else f" {measured} of {seeds} seeds"
    if reading.step != at:
        text += f" at {unit.phrase(reading.step)}"
    # Lines are wrapped between readings only.
    return text.replace(" ", _NO_BREAK_SPACE)


def _with_half_width(value: str, half_width: float) -> str:
    return f"{value} {plus_minus(half_width)}".rstrip()
