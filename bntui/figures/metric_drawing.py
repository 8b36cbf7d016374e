"""Figures of a sweep on matplotlib's axes: a metric against a key, and by two keys."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bntui.figures.variant_axes import line_style, panels_of, plain, rows_and_columns, set_map_title, set_y_axis
from bntui.sweep.metrics import METRICS
from bntui.views.axis_scale import Scale, fit_colors
from bntui.views.draw_options import DrawOptions
from bntui.views.metric_curves import MetricCurves, MetricLine
from bntui.views.metric_grid import MetricGrid, MetricMap
from bntui.views.metric_spot import Spot, mark_above
from bntui.views.smooth import Array
from bntui.views.swept_key import SweptKey
from bntui.views.variant_mark import ABSENT, DIVERGED, color_on_light

_MARK_HEIGHT, _ROOM = 0.97, 0.06
"""Height of the marks of what diverged, and the room for them above the scale, in the height of the axes."""
_MARK_DISTANCE = 0.012
"""Distance of the marks of neighboring variants at the same value, in the width of the axes."""
_CELL_WIDTH = 0.5
"""The width of a cell in inches, below which labels and values are smaller."""


def draw_metric_curves(axes: Any, curves: MetricCurves, options: DrawOptions) -> None:
    """Draw a line with its interval for each variant, and marks above the axes for what diverged or has no value."""
    axes.autoscale(False)
    if options.log:
        axes.set_yscale("log")
    drawn = [np.empty(0)]
    for line in curves.lines:
        means, half_widths = _values(line)
        axes.plot(curves.key.places, means, label=line.variant, **line_style(line.style_index))
        low, high = means - half_widths, means + half_widths
        if curves.limits:
            low, high = np.clip(low, *curves.limits), np.clip(high, *curves.limits)
        axes.fill_between(curves.key.places, low, high, color=color_on_light(line.style_index), alpha=0.18, linewidth=0)
        drawn += [means, *([low, high] if any(spot and spot.count > 2 for spot in line.spots) else [])]
    set_y_axis(axes, curves, options, drawn)
    _set_x_axis(axes, curves.key)
    if any(mark_above(spot, curves.metric) for spot in curves.spots):
        _make_room(axes)
    _draw_marks(axes, curves)


def _values(line: MetricLine) -> tuple[Array, Array]:
    spots = [(math.nan, math.nan) if spot is None else (spot.mean, spot.half_width) for spot in line.spots]
    means, half_widths = np.array(spots).reshape(-1, 2).T
    return means, half_widths


def _set_x_axis(axes: Any, key: SweptKey) -> None:
    if len(key.places):
        margin = (float(np.ptp(key.places)) or 1.0) / max(2 * len(key.places), 12)
        axes.set_xlim(key.places[0] - margin, key.places[-1] + margin)
    axes.set_xticks(key.places, list(map(plain, key.labels)))
    axes.set_xlabel(plain(key.key))


def _make_room(axes: Any) -> None:
    """Extend the y axis upwards, without ticks in the new part."""
    scale, (low, high) = axes.yaxis.get_transform(), axes.get_ylim()
    ticks = [tick for tick in axes.get_yticks() if low <= tick <= high * (1 + 1e-9)]
    ends = scale.transform([low, high])
    axes.set_ylim(low, scale.inverted().transform(ends[1] + (ends[1] - ends[0]) * _ROOM / (1 - _ROOM)))
    axes.set_yticks(ticks)


def _draw_marks(axes: Any, curves: MetricCurves) -> None:
    """Draw a cross where any seed diverged, an arrow where any has no value; variants beside each other."""
    first, width = -(len(curves.lines) - 1) / 2, float(np.ptp(axes.get_xlim()))
    for number, line in enumerate(curves.lines):
        offset = (first + number) * _MARK_DISTANCE * width
        marks = [mark_above(spot, curves.metric) for spot in line.spots]
        for char, marker in ((DIVERGED, "X"), (ABSENT, r"$\uparrow$")):
            places = [place + offset for place, found in zip(curves.key.places, marks, strict=True) if found == char]
            heights = np.full(len(places), _MARK_HEIGHT)
            style = {"color": color_on_light(line.style_index), "markersize": 5}
            axes.plot(places, heights, marker=marker, linestyle="", transform=axes.get_xaxis_transform(), **style)


def draw_metric_grid(
    sheet: Any, grid: MetricGrid, options: DrawOptions, colors: Callable[[Scale], Mapping[str, Any]]
) -> None:
    """Draw a map for each variant, with its values in the cells; `colors` returns keywords of `imshow` for a scale."""
    panels = panels_of(sheet, len(grid.maps), grid.across.key, sharey=True)
    means = [spot.mean for spot in grid.spots if spot is not None and spot.count]
    keywords = colors(fit_colors(np.array(means), grid.limits, options.log, options.robust))
    small = _cell_width(sheet, grid) < _CELL_WIDTH
    images = [_draw_map(axes, grid, each, keywords, small=small) for axes, each in zip(panels, grid.maps, strict=True)]
    if images:
        sheet.colorbar(images[0], ax=panels, label=plain(grid.note))


def _cell_width(sheet: Any, grid: MetricGrid) -> float:
    _, across = rows_and_columns(max(len(grid.maps), 1), sheet.get_figwidth())
    return float(sheet.get_figwidth() / across / max(len(grid.across.values), 1))


def _draw_map(axes: Any, grid: MetricGrid, each: MetricMap, colors: Mapping[str, Any], *, small: bool) -> Any:
    values = [[math.nan if spot is None or not spot.count else spot.mean for spot in row] for row in each.rows]
    image = axes.imshow(np.array(values), aspect="auto", interpolation="nearest", **colors)
    set_map_title(axes, each.variant, each.style_index)
    axes.grid(False)
    labels = grid.down.labels[::-1] if grid.down.numeric else grid.down.labels
    axes.set_xticks(range(len(grid.across.values)), list(map(plain, grid.across.labels)), rotation=60 * small)
    axes.set_yticks(range(len(labels)), list(map(plain, labels)))
    if axes.get_subplotspec().is_first_col():
        axes.set_ylabel(plain(grid.down.name))
    for row, spots in enumerate(each.rows):
        for column, spot in enumerate(spots):
            _write_value(axes, image, column, row, spot, grid.metric, size=4 if small else 7)
    return image


def _write_value(axes: Any, image: Any, x: int, y: int, spot: Spot | None, metric: str, size: int) -> None:
    """Write a value in its cell, dark on light colors and light on dark ones, with its mark."""
    if spot is None:
        return
    char = {DIVERGED: "×", ABSENT: "↑"}.get(mark_above(spot, metric), "")
    text = METRICS[metric].text(spot.mean).removesuffix("%") if spot.count else ""
    color = "#b3261e"
    if spot.count:
        red, green, blue, _ = image.cmap(image.norm(spot.mean))
        color = "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"
    axes.text(x, y, text + char, ha="center", va="center", fontsize=size, color=color)
