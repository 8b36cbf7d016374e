"""The exact values of a figure at one step, by variant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from bntui.run.series.history import Points
from bntui.views.band import Band, Span
from bntui.views.chart import Chart, Series
from bntui.views.figure import Figure
from bntui.views.heatmap import Heatmap, Raster
from bntui.views.lines import Line
from bntui.views.matrix import Image, Matrix
from bntui.views.profile import Profile
from bntui.views.scan import Scan
from bntui.views.smooth import estimate_at, trailing_mean


@dataclass(frozen=True, slots=True)
class CursorValue:
    """The value of one variant at the cursor, or the two ends of its range; `step` is the step of the measurement.

    Of several seeds these are means, `half_widths` those of their 95 % t intervals (NaN where only one seed is left),
    `smoothed_half_width` that of the smoothed value, and `seeds` the numbers of seeds measured and in all.
    """

    variant: str
    style_index: int
    step: int
    values: tuple[float, ...]
    smoothed: float | None = None
    half_widths: tuple[float, ...] = ()
    smoothed_half_width: float | None = None
    seeds: tuple[int, int] | None = None


def cursor_values(figure: Figure, cursor: int, window: int = 0, most: int | None = None) -> list[CursorValue]:
    """Return each variant's last value measured up to step `cursor`; of a chart with its mean over `window` steps.

    Of a heatmap the values are those of the marked row, of a profile those of the marked layer; of a scan and of a
    matrix they are the lowest and the highest finite one. Variants without a measurement are left out; `window` 0 takes
    no mean. With `most`, only so many of the first values are computed.
    """
    values: Iterable[CursorValue | None] = ()
    if isinstance(figure, Chart):
        values = (_of_series(series, cursor, window) for series in figure.series)
    elif isinstance(figure, Band):
        values = (_of_ends(each, cursor, len(each.seeds), each.low, each.high) for each in figure.spans)
    elif isinstance(figure, Heatmap) and (row := figure.marked) is not None:
        values = (_of_ends(each, cursor, 0, each.rows[row]) for each in figure.rasters if each.rows)
    elif isinstance(figure, Profile) and (layer := figure.marked) is not None:
        values = (_of_line(line, layer, cursor) for line in figure.lines if len(line.values))
    elif isinstance(figure, Scan):
        values = (_extremes(line, cursor) for line in figure.lines)
    elif isinstance(figure, Matrix):
        values = (_extremes(image, cursor) for image in figure.images)
    return list(islice((value for value in values if value is not None), most))


def _of_series(series: Series, cursor: int, window: int) -> CursorValue | None:
    value = _of_ends(series, cursor, len(series.seeds), series.points)
    if value is None or not window:
        return value
    if series.seeds:
        at = estimate_at(series.seeds.values(), np.array([value.step], np.int32), window)
        return replace(value, smoothed=float(at.means[0]), smoothed_half_width=float(at.half_widths[0]))
    last = series.points.count_through(cursor) - 1
    return replace(value, smoothed=float(trailing_mean(series.points, np.array([last]), window)[0]))


def _of_ends(of: Series | Span | Raster, cursor: int, seeds: int, *ends: Points) -> CursorValue | None:
    last = ends[0].count_through(cursor) - 1
    if last < 0:
        return None
    step, spreads = int(ends[0].steps[last]), [points.spread for points in ends if points.spread]
    values = tuple(float(points.values[last]) for points in ends)
    half_widths = tuple(float(spread.high.values[last] - spread.low.values[last]) / 2 for spread in spreads)
    measured = (int(spreads[0].counts[last]), seeds) if spreads and seeds else None
    return CursorValue(of.variant, of.style_index, step, values, None, half_widths, None, measured)


def _of_line(line: Line, layer: int, cursor: int) -> CursorValue:
    half_widths = () if line.half_widths is None else (float(line.half_widths[layer]),)
    return CursorValue(line.variant, line.style_index, cursor, (float(line.values[layer]),), half_widths=half_widths)


def _extremes(of: Line | Image, cursor: int) -> CursorValue | None:
    finite = of.values[np.isfinite(of.values)]
    ends = (float(finite.min()), float(finite.max())) if len(finite) else ()
    return CursorValue(of.variant, of.style_index, cursor, ends) if ends else None
