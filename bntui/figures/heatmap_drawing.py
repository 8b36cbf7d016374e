"""Heatmaps on a sheet of matplotlib: a map for each variant, and the scale of their colors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bntui.figures.variant_axes import label_steps, panels_of, plain, set_map_title, step_label
from bntui.run.series.history import Points
from bntui.views.axis_scale import Scale, fit_colors
from bntui.views.decimation import RasterMeans, even_edges, raster_means
from bntui.views.draw_options import DrawOptions
from bntui.views.heatmap import Heatmap, Raster
from bntui.views.smooth import Array
from bntui.views.ticks import log_ticks

_COLUMNS = 600
_MOST_TICKS = 8
_RED = (0.70, 0.15, 0.12, 1.0)


def draw_heatmap(
    sheet: Any, heatmap: Heatmap, options: DrawOptions, colors: Callable[[Scale], Mapping[str, Any]]
) -> None:
    """Draw a map for each variant; `colors` returns keywords of `imshow` for a scale."""
    panels = panels_of(sheet, len(heatmap.rasters), step_label(options), sharey=bool(heatmap.labels))
    edges = even_edges(options.left, options.right, _COLUMNS)
    reduced = [raster_means(_copy(raster), edges) for raster in heatmap.rasters]
    values = np.concatenate([raster.means.ravel() for raster in reduced] or [np.empty(0)])
    scale = fit_colors(values, heatmap.limits, options.log, options.robust, heatmap.diverging)
    image = None
    for axes in panels:
        label_steps(axes, options)
    for axes, raster, means in zip(panels, heatmap.rasters, reduced, strict=True):
        image = _draw_panel(axes, heatmap, raster, means, scale, options, colors(scale))
    if image is not None:
        # Slides are low, and the labels long.
        size = 0.8 * panels[0].xaxis.label.get_fontsize()
        sheet.colorbar(image, ax=panels).set_label(plain(heatmap.note), size=size)


def _draw_panel(
    axes: Any,
    heatmap: Heatmap,
    raster: Raster,
    reduced: RasterMeans,
    scale: Scale,
    options: DrawOptions,
    colors: Mapping[str, Any],
) -> Any:
    means = np.where((reduced.means == 0) & heatmap.hollow, np.nan, reduced.means)
    if scale.log:
        means = np.where(means <= 0, 10.0**scale.low, means)
    image = _draw_image(axes, heatmap, raster, options, means, **colors)
    if reduced.nonfinite.any():
        _draw_image(axes, heatmap, raster, options, reduced.nonfinite[..., None] * np.array(_RED))
    ended = f" ✖ at {raster.ended:,}" if raster.ended is not None else ""
    set_map_title(axes, raster.variant, raster.style_index, ended)
    axes.grid(False)
    return image


def _draw_image(axes: Any, heatmap: Heatmap, raster: Raster, options: DrawOptions, values: Array, **colors: Any) -> Any:
    rows = len(values)
    low, high = (rows - 0.5, -0.5) if heatmap.labels else raster.edges or (0.0, 1.0)
    image = axes.imshow(
        values,
        aspect="auto",
        interpolation="nearest",
        origin="upper" if heatmap.labels else "lower",
        extent=(options.left, options.right, low, high if high != low else low + 1),
        **colors,
    )
    if heatmap.labels:
        axes.set_yticks(range(rows), [plain(label) for label in heatmap.labels])
    elif heatmap.log_axis:
        ticks = log_ticks(low, high, _MOST_TICKS)
        axes.set_yticks([tick.value for tick in ticks], [tick.label for tick in ticks])
    if heatmap.axis and axes.get_subplotspec().is_first_col():
        axes.set_ylabel(plain(heatmap.axis))
    return image


def _copy(raster: Raster) -> Raster:
    """Return the raster with block summaries of its own, which no other thread changes."""
    rows = tuple(Points(points.steps, points.values) for points in raster.rows)
    return Raster(raster.variant, raster.style_index, rows, raster.edges, raster.ended)
