"""The mean of one curve over seeds, with its 95 % t interval; computed once for each step."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bntui.run.series.block_summary import BlockSummary
from bntui.run.series.history import Points, Spread
from bntui.run.series.measured_table import GrowingArray, Steps

Array = npt.NDArray[np.float64]

LEVEL = 0.95


class Estimate(NamedTuple):
    """The means (k,) of k quantities over seeds, their half widths of the t interval and their numbers of seeds.

    A mean of no seeds is NaN, and so is the half width for fewer than two seeds. A value that is infinite or NaN
    makes the mean so, too: it was measured, and the mean of the other seeds would hide it.
    """

    means: Array
    half_widths: Array
    counts: npt.NDArray[np.int32]


def estimate(values: Array, measured: npt.NDArray[np.bool_] | None = None) -> Estimate:
    """Estimate the means of values (seeds, k), of those that were `measured` (seeds, k); of all by default."""
    present = np.ones(values.shape, np.bool_) if measured is None else measured
    counts = present.sum(axis=0, dtype=np.int32)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        means = np.where(present, values, 0.0).sum(axis=0) / counts
        squares = np.where(present, (values - means) ** 2, 0.0).sum(axis=0)
        half_widths = _student(len(values))[counts] * np.sqrt(squares / (counts - 1) / counts)
    return Estimate(means, half_widths, counts)


@lru_cache(maxsize=64)
def _student(seeds: int) -> Array:
    """Return the two-sided quantiles of Student's t for 0 … `seeds` values, NaN for fewer than two: (seeds + 1,)."""
    # Imported when several seeds are shown: the first screen does not wait for SciPy.
    from scipy.special import stdtrit

    counts = np.arange(seeds + 1)
    quantiles: Array = np.where(counts > 1, stdtrit(np.maximum(counts - 1, 1), (1 + LEVEL) / 2), np.nan)
    return quantiles


class SeedMean:
    """The mean of one growing curve over seeds; each step is taken once no seed will measure it any more.

    At each step it is the mean over the seeds that measured it: a seed that has diverged, or was stopped, counts up to
    its end, and the interval then widens with the number of those left.
    """

    def __init__(self) -> None:
        self._steps = GrowingArray(np.empty(0, np.int32))
        self._counts = GrowingArray(np.empty(0, np.int32))
        self._curves = [GrowingArray(np.empty(0, np.float32)) for _ in range(3)]
        self._block_summaries = [BlockSummary() for _ in range(3)]
        self._settled = 0

    def update(self, seeds: Mapping[int, Points], settled: int) -> Points:
        """Return the mean at the steps before `settled`, with its spread."""
        if settled > self._settled:
            self._extend([_between(points, self._settled, settled) for points in seeds.values()])
            self._settled = settled
        length = self._curves[-1].length
        steps = self._steps.array[:length]
        mean, low, high = (
            (curve.array[:length], summary) for curve, summary in zip(self._curves, self._block_summaries, strict=True)
        )
        spread = Spread(Points(steps, *low), Points(steps, *high), self._counts.array[:length])
        return Points(steps, *mean, spread)

    def _extend(self, parts: list[Points]) -> None:
        steps, values, measured = _aligned(parts)
        if not len(steps):
            return
        means, half_widths, counts = estimate(values, measured)
        self._steps.extend(steps)
        self._counts.extend(counts)
        with np.errstate(invalid="ignore", over="ignore"):
            for curve, column in zip(self._curves, (means, means - half_widths, means + half_widths), strict=True):
                curve.extend(column.astype(np.float32))


def _between(points: Points, first: int, settled: int) -> Points:
    start, end = points.count_before(first), points.count_before(settled)
    return Points(points.steps[start:end], points.values[start:end])


def _aligned(parts: list[Points]) -> tuple[Steps, Array, npt.NDArray[np.bool_] | None]:
    """Return the steps (k,) of any part, the values (parts, k) at them, and which are measured; None for all."""
    first = parts[0].steps
    if all(np.array_equal(part.steps, first) for part in parts):
        return first, np.array([part.values for part in parts], np.float64), None
    steps = np.unique(np.concatenate([part.steps for part in parts]))
    values, measured = np.zeros((len(parts), len(steps))), np.zeros((len(parts), len(steps)), np.bool_)
    for row, present, part in zip(values, measured, parts, strict=True):
        places = np.searchsorted(steps, part.steps)
        row[places], present[places] = part.values, True
    return steps, values, measured
