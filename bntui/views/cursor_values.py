"""The exact values of a figure at one step, by variant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bntui.run.series.history import Points
from bntui.views.band import Band
from bntui.views.chart import Chart
from bntui.views.figure import Figure
from bntui.views.heatmap import Heatmap
from bntui.views.profile import Profile
from bntui.views.smooth import trailing_mean


@dataclass(frozen=True, slots=True)
class CursorValue:
    """The value of one variant at the cursor, or the two ends of its range; `step` is the step of the measurement."""

    variant: str
    style_index: int
    step: int
    values: tuple[float, ...]
    smoothed: float | None = None


def cursor_values(figure: Figure, cursor: int, window: int = 0) -> list[CursorValue]:
    """Return each variant's last value measured up to step `cursor`; of a chart with its mean over `window` steps.

    Of a heatmap the values are those of the marked row, of a profile those of the marked layer. Variants without a
    measurement are left out; `window` 0 takes no mean.
    """
    values: list[CursorValue | None] = []
    if isinstance(figure, Chart):
        values = [_value(s.variant, s.style_index, cursor, window, s.points) for s in figure.series]
    elif isinstance(figure, Band):
        values = [_value(span.variant, span.style_index, cursor, 0, span.low, span.high) for span in figure.spans]
    elif isinstance(figure, Heatmap) and figure.marked is not None:
        values = [
            _value(raster.variant, raster.style_index, cursor, 0, raster.rows[figure.marked])
            for raster in figure.rasters
            if raster.rows
        ]
    elif isinstance(figure, Profile) and figure.marked is not None:
        values = [
            CursorValue(line.variant, line.style_index, cursor, (float(line.values[figure.marked]),))
            for line in figure.lines
            if len(line.values)
        ]
    return [value for value in values if value is not None]


def _value(variant: str, style_index: int, cursor: int, window: int, *ends: Points) -> CursorValue | None:
    steps = ends[0].steps
    last = ends[0].count_through(cursor) - 1
    if last < 0:
        return None
    smoothed = float(trailing_mean(ends[0], np.array([last]), window)[0]) if window else None
    values = tuple(float(points.values[last]) for points in ends)
    return CursorValue(variant, style_index, int(steps[last]), values, smoothed)
