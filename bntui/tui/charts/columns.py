"""What lies in each column of cells of a picture: the one way in which a long curve is made short."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bntui.run.series.block_summary import Indices, IntervalSummaries
from bntui.run.series.history import Points
from bntui.tui.charts.polyline import DOTS_X, DotGrid


class Columns(NamedTuple):
    """The columns that have points, from left to right: their numbers, and the points start … end − 1 in each."""

    numbers: Indices
    starts: Indices
    ends: Indices
    within: IntervalSummaries

    @property
    def nonfinite(self) -> npt.NDArray[np.bool_]:
        """Which have a value that is not finite."""
        return self.within.nonfinite > 0


def columns_of(points: Points, window: DotGrid) -> Columns:
    """The columns of a window, and what is in them of a curve."""
    edges = points.count_before(window.edges())
    starts, ends = edges[:-1], edges[1:]
    numbers = np.flatnonzero(ends > starts)
    starts, ends = starts[numbers], ends[numbers]
    return Columns(numbers, starts, ends, points.summarize(starts, ends))


def column_of(window: DotGrid, step: float) -> int:
    """The column of cells in which a step lies."""
    return int(window.x(np.array([step]))[0] // DOTS_X)


def step_of(window: DotGrid, column: int) -> int:
    """The step in the middle of a column of cells."""
    at = (column * DOTS_X + (DOTS_X - 1) / 2) / max(window.width - 1, 1)
    return round(window.left + min(max(at, 0.0), 1.0) * (window.right - window.left))
