"""Lines over places as series, which are drawn as curves over steps."""

from __future__ import annotations

import numpy as np

from bntui.run.series.history import NO_POINTS, Points, Spread, Steps
from bntui.views.chart import Series
from bntui.views.lines import Line
from bntui.views.smooth import Array


def series_of(line: Line, steps: Steps, reference: Points = NO_POINTS) -> Series:
    """Return a line as a series whose steps are its places, with its single seeds, beside what it is compared with."""
    seeds = {seed: _points(values, steps) for seed, values in line.seeds.items()}
    return Series(line.variant, line.style_index, points_of(line, steps), seeds=seeds, reference=reference)


def points_of(line: Line, steps: Steps) -> Points:
    """Return the values of a line as points, with the interval over its seeds."""
    if line.half_widths is None:
        return _points(line.values, steps)
    low, high = (_points(line.values + sign * line.half_widths, steps) for sign in (-1, 1))
    return _points(line.values, steps, Spread(low, high, np.full(len(steps), len(line.seeds), np.int32)))


def _points(values: Array, steps: Steps, spread: Spread | None = None) -> Points:
    return Points(steps, values.astype(np.float32), spread=spread)
