"""The exact values of a figure at one step, variant by variant."""

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
class Reading:
    """What one variant had: a value, or the two ends of a range; `step` is the one at which it was measured."""

    variant: str
    style_index: int
    step: int
    values: tuple[float, ...]
    smoothed: float | None = None


def readout(figure: Figure, at: int, window: int = 0) -> list[Reading]:
    """The last values measured up to step `at`, with their trailing means over `window` steps where that is not 0.

    Of a heatmap those of the marked row, of a profile those of the marked layer.
    """
    found: list[Reading | None] = []
    if isinstance(figure, Chart):
        found = [_of(each.variant, each.style_index, at, window, each.points) for each in figure.series]
    elif isinstance(figure, Band):
        found = [_of(each.variant, each.style_index, at, 0, each.low, each.high) for each in figure.spans]
    elif isinstance(figure, Heatmap) and figure.marked is not None:
        found = [
            _of(each.variant, each.style_index, at, 0, each.rows[figure.marked]) for each in figure.rasters if each.rows
        ]
    elif isinstance(figure, Profile) and figure.marked is not None:
        found = [
            Reading(line.variant, line.style_index, at, (float(line.values[figure.marked]),))
            for line in figure.lines
            if len(line.values)
        ]
    return [each for each in found if each is not None]


def _of(variant: str, style_index: int, at: int, window: int, *points: Points) -> Reading | None:
    steps = points[0].steps
    last = points[0].count_through(at) - 1
    if last < 0:
        return None
    smoothed = float(trailing_mean(points[0], np.array([last]), window)[0]) if window else None
    return Reading(variant, style_index, int(steps[last]), tuple(float(each.values[last]) for each in points), smoothed)
