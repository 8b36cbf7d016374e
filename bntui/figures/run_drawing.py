"""Figures of a run on matplotlib's axes: curves, ranges and profiles over the layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bntui.figures.variant_axes import label_steps, line_style, plain, set_y_axis, step_label
from bntui.run.series.block_summary import Indices
from bntui.run.series.history import Points, Steps
from bntui.views.band import Band
from bntui.views.chart import Chart, Series
from bntui.views.decimation import even_edges, extreme_points
from bntui.views.draw_options import DrawOptions, Seeds
from bntui.views.profile import Profile
from bntui.views.smooth import Array, estimate_at, trailing_mean
from bntui.views.variant_mark import color_on_light

_MARKS_PER_LINE = 8
_NOT_FINITE_CROSSES = 120
_MOST_POINTS, _MOST_COLUMNS = 8_000, 600
"""The points that are drawn on a sheet, so that a file of it has at most 300 kB, and the columns of long curves."""
_LINE, _FILLED = 2, 8
"""The points that a curve, and the area between two, take in a column."""


def draw_chart(axes: Any, chart: Chart, options: DrawOptions) -> None:
    """Draw a curve for each variant, with its interval over the seeds, or each of them."""
    _begin(axes, options)
    columns = _columns(axes, sum(_points_of(series, options) for series in chart.series))
    drawn = [values for series in chart.series for values in _draw_series(axes, series, options, columns)]
    _set_x_axis(axes, options)
    set_y_axis(axes, chart, options, drawn)


def _points_of(series: Series, options: DrawOptions) -> int:
    """Return the points that the curve of a variant takes in a column."""
    reference = _LINE * bool(len(series.reference.steps))
    if not series.seeds:
        return reference + _LINE * (2 if options.window else 1)
    beside = {Seeds.BAND: _FILLED, Seeds.EACH: _LINE * len(series.seeds), Seeds.MEAN: 0}
    return reference + _LINE + beside[options.seeds]


def _draw_series(axes: Any, series: Series, options: DrawOptions, columns: int) -> list[Any]:
    """Draw the curve of a variant, and return the values that the y axis must show."""
    points = _visible(series.points, options)
    steps, values = points.steps, points.values.astype(np.float64)
    drawn: list[Any] = [points.values]
    if series.seeds:
        seeds = [_visible(each, options) for each in series.seeds.values()]
        values = _draw_seeds(axes, series.style_index, steps, seeds, options, columns)
        drawn += [each.values for each in seeds]
    elif options.window:
        shown = _shown(steps, columns, values)
        axes.plot(steps[shown], values[shown], color=color_on_light(series.style_index), alpha=0.3, linewidth=0.7)
        values = trailing_mean(points, np.arange(len(steps)), options.window)
    shown = _shown(steps, columns, values)
    ended = series.ended is not None
    _draw_line(axes, series.variant, series.style_index, steps[shown], values[shown], ended, series.lost)
    _mark_not_finite(axes, points, series.style_index, options)
    return [*drawn, _draw_reference(axes, series, options, columns)]


def _draw_reference(axes: Any, series: Series, options: DrawOptions, columns: int) -> Any:
    """Draw, dotted, what the curve of a variant is compared with; return its values."""
    points = _visible(series.reference, options)
    shown = _shown(points.steps, columns, points.values)
    axes.plot(points.steps[shown], points.values[shown], ":", color=color_on_light(series.style_index))
    return points.values


def _draw_seeds(
    axes: Any, style_index: int, steps: Steps, seeds: Sequence[Points], options: DrawOptions, columns: int
) -> Array:
    """Draw the interval over seeds, or each seed, and return their mean at these steps."""
    means, half_widths, _ = estimate_at(seeds, steps, options.window)
    color = color_on_light(style_index)
    if options.seeds is Seeds.BAND:
        _fill(axes, style_index, steps, means - half_widths, means + half_widths, columns)
    if options.seeds is Seeds.EACH:
        for points in seeds:
            ends = np.arange(len(points.steps))
            values = trailing_mean(points, ends, options.window) if options.window else points.values
            shown = _shown(points.steps, columns, values)
            axes.plot(points.steps[shown], values[shown], color=color, alpha=0.35, linewidth=0.6)
    return means


def draw_band(axes: Any, band: Band, options: DrawOptions) -> None:
    """Draw the range of each variant between its two ends."""
    _begin(axes, options)
    each = sum(2 * _LINE * len(span.seeds) for span in band.spans) if options.seeds is Seeds.EACH else 0
    columns = _columns(axes, each + (2 * _LINE + _FILLED) * len(band.spans))
    drawn: list[Array] = []
    for span in band.spans:
        low, high = _visible(span.low, options), _visible(span.high, options)
        _fill(axes, span.style_index, low.steps, low.values, high.values, columns)
        if options.seeds is Seeds.EACH:
            for points in (_visible(end, options) for ends in span.seeds.values() for end in ends):
                shown = _shown(points.steps, columns, points.values)
                style = {"color": color_on_light(span.style_index), "alpha": 0.35, "linewidth": 0.6}
                axes.plot(points.steps[shown], points.values[shown], **style)
        for points, name in ((low, ""), (high, span.variant)):
            ended, shown = span.ended is not None, _shown(points.steps, columns, points.values)
            _draw_line(axes, name, span.style_index, points.steps[shown], points.values[shown], ended, span.lost)
            _mark_not_finite(axes, points, span.style_index, options)
            drawn.append(points.values.astype(np.float64))
    _set_x_axis(axes, options)
    set_y_axis(axes, band, options, drawn)


def draw_profile(axes: Any, profile: Profile, options: DrawOptions) -> None:
    """Draw a line over the layers for each variant."""
    _begin(axes, options)
    for line in profile.lines:
        indices = np.arange(len(line.values))
        axes.plot(indices, line.values, label=line.variant, markevery=profile.spacing, **line_style(line.style_index))
        _draw_crosses(axes, indices[~np.isfinite(line.values)], line.style_index)
    places = range((profile.marked or 0) % profile.spacing, len(profile.layers), profile.spacing)
    layers = [plain(profile.layers[place]) for place in places]
    steep = _text_width(axes, sum(map(len, layers)) + len(layers)) > axes.bbox.width
    axes.set_xticks(places, layers, rotation=60 * steep, ha="right" if steep else "center")
    if steep:
        for label in axes.get_xticklabels():
            label.set_rotation_mode("anchor")
    if profile.marked is not None:
        axes.get_xticklabels()[profile.marked // profile.spacing].set_fontweight("bold")
    set_y_axis(axes, profile, options, [line.values for line in profile.lines])


def _text_width(axes: Any, characters: int) -> float:
    """Estimate the width of so many characters of ticks' labels, in pixels."""
    return float(0.5 * characters * axes.xaxis.label.get_fontsize() * axes.figure.dpi / 72)


def _begin(axes: Any, options: DrawOptions) -> None:
    # The limits are those of the screen, set after drawing.
    axes.autoscale(False)
    if options.log:
        axes.set_yscale("log")


def _columns(axes: Any, points: int) -> int:
    """Return the columns of long curves that take so many points in each."""
    affordable = _MOST_POINTS // max(points * len(axes.figure.axes), 1)
    # Marks and the legend take about as much as so many columns.
    return max(min(affordable - _MARKS_PER_LINE, _MOST_COLUMNS), 4)


def _shown(steps: Steps, columns: int, *curves: Any) -> Indices:
    """Return the indices of the points to draw, so that the curves (n,) over these steps keep their extremes."""
    if len(steps) <= 2 * columns:
        return np.arange(len(steps))
    edges = even_edges(int(steps[0]), int(steps[-1]), columns)
    return np.unique(np.concatenate([extreme_points(Points(steps, curve), edges) for curve in curves]))


def _visible(points: Points, options: DrawOptions) -> Points:
    """Return the points between the edges, one more on either side, and those that smoothing needs before them.

    Their block summary is their own: no other thread changes it.
    """
    first = max(int(np.searchsorted(points.steps, options.left)) - 1 - options.window, 0)
    last = int(np.searchsorted(points.steps, options.right, side="right")) + 1
    numbers = None if points.numbers is None else points.numbers[first:last]
    return Points(points.steps[first:last], points.values[first:last], numbers=numbers)


def _fill(axes: Any, style_index: int, steps: Steps, low: Any, high: Any, columns: int) -> None:
    shown = _shown(steps, columns, low, high)
    axes.fill_between(steps[shown], low[shown], high[shown], color=color_on_light(style_index), alpha=0.18, linewidth=0)


def _draw_line(
    axes: Any, variant: str, style_index: int, steps: Any, values: Any, ended: bool, lost: Sequence[int] = ()
) -> None:
    """Draw a curve with a few marks of its variant, a cross at its end if the variant diverged, and where seeds did."""
    every = max(len(steps) // _MARKS_PER_LINE, 1)
    (line,) = axes.plot(steps, values, label=variant or None, markevery=every, **line_style(style_index))
    finite = np.flatnonzero(np.isfinite(values))
    if not len(finite):
        return
    crosses = [int(finite[np.abs(steps[finite] - step).argmin()]) for step in lost] + [int(finite[-1])] * ended
    size = 1.8 * line.get_markersize()
    axes.plot(steps[crosses], values[crosses], "X", color=color_on_light(style_index), markersize=size)


def _mark_not_finite(axes: Any, points: Points, style_index: int, options: DrawOptions) -> None:
    """Draw a cross on the x axis where values are not finite."""
    steps = points.steps[~np.isfinite(points.values)].astype(np.int64)
    distance = max((options.right - options.left) // _NOT_FINITE_CROSSES, 1)
    _draw_crosses(axes, steps[np.unique(steps // distance, return_index=True)[1]], style_index)


def _draw_crosses(axes: Any, x: Any, style_index: int) -> None:
    if len(x):
        axes.plot(x, 0 * x, "x", color=color_on_light(style_index), transform=axes.get_xaxis_transform(), clip_on=False)


def _set_x_axis(axes: Any, options: DrawOptions) -> None:
    axes.set_xlim(options.left, options.right)
    label_steps(axes, options)
    axes.set_xlabel(step_label(options))
