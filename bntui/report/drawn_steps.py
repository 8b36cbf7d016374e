"""Curves over steps as drawn on a page: exact where they are short, else the extremes of each column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from bntui.report.drawn_curves import NO_CURVE, NO_RANGE, Curve, Drawing, DrawnCurve, Range, joined, scales
from bntui.run.series.block_summary import Indices
from bntui.run.series.history import Points, Steps
from bntui.views.band import Band, Span
from bntui.views.chart import Chart, Series
from bntui.views.decimation import columns_of, even_edges, extreme_points
from bntui.views.draw_options import DrawOptions, Seeds
from bntui.views.figure import Figure
from bntui.views.seeds_note import shown_seeds
from bntui.views.smooth import Array, estimate_at, trailing_mean

COLUMNS = 500
"""Columns of a drawing. A curve of at most twice as many points is drawn completely."""

_MARKS = 8
_NOT_FINITE_MARKS = 120


def draw_chart(chart: Chart, options: DrawOptions) -> Drawing:
    """Return the curves of a chart, with trailing means over the options' window."""
    seeds, edges = shown_seeds(chart, options), even_edges(options.left, options.right, COLUMNS)
    curves = [_of_series(series, options.window, seeds, edges) for series in chart.series]
    spanned = [points for series in chart.series for points in _spanned(series, seeds)]
    return _over_steps(chart, options, curves, spanned, edges, "interval")


def draw_band(band: Band, options: DrawOptions) -> Drawing:
    """Return the ranges of a band, each between two lines."""
    seeds, edges = shown_seeds(band, options), even_edges(options.left, options.right, COLUMNS)
    curves = [_of_span(span, seeds, edges) for span in band.spans]
    spanned = [points for span in band.spans for points in (span.low, span.high)]
    return _over_steps(band, options, curves, spanned, edges, "range")


def _over_steps(
    figure: Figure,
    options: DrawOptions,
    curves: Iterable[DrawnCurve],
    spanned: Iterable[Points],
    edges: Steps,
    readings: str,
) -> Drawing:
    within = [columns_of(points, edges).within for points in spanned]
    linear, logarithmic = scales(figure, [end for each in within for end in (each.low, each.high)], options.robust)
    right = max(options.right, options.left + 1)
    return Drawing(
        curves=tuple(curves),
        left=options.left,
        right=right,
        linear=linear,
        logarithmic=logarithmic,
        readings=readings,
    )


def _spanned(series: Series, seeds: Seeds) -> list[Points]:
    """Return the curves that the scale should span."""
    ends = series.points.spread.ends if series.points.spread and seeds is Seeds.BAND else ()
    return [series.points, series.reference, *ends, *(series.seeds.values() if seeds is Seeds.EACH else ())]


def _of_series(series: Series, window: int, seeds: Seeds, edges: Steps) -> DrawnCurve:
    points, smoothed = series.points, _smoothed(series, window, edges)
    line = Curve(*smoothed[:2]) if window else _raw(points, edges)
    thin = [_raw(points, edges)] if window and not series.seeds else []
    if seeds is Seeds.EACH and series.seeds:
        singles = [Series("", 0, each) for each in series.seeds.values()]
        thin = [Curve(*_smoothed(each, window, edges)[:2]) if window else _raw(each.points, edges) for each in singles]
    return DrawnCurve(
        variant=series.variant,
        style_index=series.style_index,
        line=line,
        thin=joined(thin),
        dotted=_raw(series.reference, edges),
        area=_interval(series, window, smoothed, edges) if seeds is Seeds.BAND else NO_RANGE,
        marks=_marks(Curve(*smoothed[:2]), series.style_index, ended=series.ended is not None),
        crosses=_crosses(Curve(*smoothed[:2]), series.ended, series.lost),
        outside=_not_finite(points, edges),
        readings=smoothed,
    )


def _smoothed(series: Series, window: int, edges: Steps) -> Range:
    """Return the trailing means, or without a window the values, and their half widths over seeds."""
    points, ends = series.points, _last_points(series.points, edges)
    steps = points.steps[ends].astype(np.float64)
    if window and series.seeds:
        means, half_widths, _ = estimate_at(series.seeds.values(), points.steps[ends], window)
        return Range(steps, means, half_widths)
    values = trailing_mean(points, ends, window) if window else points.values[ends].astype(np.float64)
    if not points.spread:
        return Range(steps, values, np.full(len(ends), np.nan))
    low, high = points.spread.ends
    return Range(steps, values, (high.values[ends].astype(np.float64) - low.values[ends]) / 2)


def _interval(series: Series, window: int, smoothed: Range, edges: Steps) -> Range:
    """Return the 95 % interval over seeds."""
    if not series.points.spread:
        return NO_RANGE
    if not window:
        return _between(*series.points.spread.ends, edges)
    steps, means, half_widths = smoothed
    return Range(steps, means - half_widths, means + half_widths)


def _of_span(span: Span, seeds: Seeds, edges: Steps) -> DrawnCurve:
    area = _between(span.low, span.high, edges)
    ends = _last_points(span.high, edges)
    steps = span.high.steps[ends].astype(np.float64)
    readings = Range(steps, span.low.values[ends].astype(np.float64), span.high.values[ends].astype(np.float64))
    top = Curve(steps, readings.high)
    every = [_raw(end, edges) for each in span.seeds.values() for end in each] if seeds is Seeds.EACH else []
    return DrawnCurve(
        variant=span.variant,
        style_index=span.style_index,
        line=joined([Curve(area.x, area.low), Curve(area.x, area.high)]),
        thin=joined(every),
        area=area,
        marks=_marks(top, span.style_index, ended=span.ended is not None),
        crosses=_crosses(top, span.ended, span.lost),
        outside=np.union1d(_not_finite(span.low, edges), _not_finite(span.high, edges)),
        readings=readings,
    )


# Thinning


def _short(points: Points) -> bool:
    return len(points.steps) <= 2 * COLUMNS


def _raw(points: Points, edges: Steps) -> Curve:
    kept = slice(None) if _short(points) else extreme_points(points, edges)
    return Curve(points.steps[kept].astype(np.float64), points.values[kept].astype(np.float64))


def _between(low: Points, high: Points, edges: Steps) -> Range:
    """Return the range between two curves with the same steps; of each column the lowest and the highest value.

    The first and the last point are exact. Where a value is not finite, the range is NaN.
    """
    if _short(low):
        return Range(*(values.astype(np.float64) for values in (low.steps, low.values, high.values)))
    below, above = columns_of(low, edges), columns_of(high, edges)
    unknown = below.nonfinite | above.nonfinite
    lowest, highest = (np.where(unknown, np.nan, values) for values in (below.within.low, above.within.high))
    inner = Range(low.steps[below.ends - 1].astype(np.float64), lowest, highest)
    ends = [values[[0, -1]].astype(np.float64) for values in (low.steps, low.values, high.values)]
    return Range(*(np.concatenate([end[:1], between, end[1:]]) for end, between in zip(ends, inner, strict=True)))


def _last_points(points: Points, edges: Steps) -> Indices:
    """Return the indices of all points if these are few, else of the first and of the last of each column."""
    if _short(points):
        return np.arange(len(points.steps))
    return np.union1d([0], columns_of(points, edges).ends - 1)


def _not_finite(points: Points, edges: Steps) -> Array:
    """Return steps at which values are not finite, not more than can be told apart."""
    columns = columns_of(points, edges)
    numbers = columns.numbers[columns.nonfinite]
    first = np.unique(numbers * _NOT_FINITE_MARKS // COLUMNS, return_index=True)[1]
    return edges[numbers[first]].astype(np.float64)


# Marks


def _marks(line: Curve, style_index: int, *, ended: bool) -> Curve:
    """Return some points of a line, different ones for each variant, and its last one unless that has a cross."""
    finite = np.flatnonzero(np.isfinite(line.y))
    if not len(finite):
        return NO_CURVE
    places = (np.arange(_MARKS) + (0.15 + 0.4 * style_index) % 1) / _MARKS
    at = np.unique(finite[(places * (len(finite) - 1)).astype(np.intp)])
    # Not so near to the last one that they could not be told apart.
    first, last = line.x[finite[[0, -1]]]
    at = np.union1d(at[line.x[at] < last - 0.05 * (last - first)], [] if ended else finite[-1:]).astype(np.intp)
    return Curve(line.x[at], line.y[at])


def _crosses(line: Curve, ended: int | None, lost: Sequence[int]) -> Curve:
    """Return the last point of a line whose variant diverged, and those nearest to where seeds did."""
    finite = np.flatnonzero(np.isfinite(line.y))
    if not len(finite):
        return NO_CURVE
    at = [int(finite[np.abs(line.x[finite] - step).argmin()]) for step in lost]
    at += [int(finite[-1])] * (ended is not None)
    return Curve(line.x[at], line.y[at])
