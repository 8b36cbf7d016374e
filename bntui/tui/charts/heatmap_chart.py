"""Heatmaps: one panel per variant, side by side, with one color scale and its legend in the border."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bntui.number_format import compact
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.colored_cells import colored_cell, drawing_of
from bntui.tui.charts.frame import draw_frame
from bntui.tui.charts.heatmap_panel import Panel, lay_out
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.polyline import DOTS_X, DotGrid
from bntui.tui.charts.step_axis import Plot, draw_cursor
from bntui.views.axis_scale import Scale, fit_colors
from bntui.views.color_ramp import LEVELS
from bntui.views.decimation import raster_means
from bntui.views.draw_options import DrawOptions
from bntui.views.figure import Figure
from bntui.views.heatmap import Heatmap
from bntui.views.ticks import linear_ticks, log_ticks


def paint_heatmap(
    canvas: Canvas, styles: Styles, heatmap: Heatmap, options: DrawOptions, layers: PlotLayers
) -> list[Plot]:
    """Draw the heatmap over the whole canvas, of any size."""
    if heatmap.axis:
        heatmap = replace(heatmap, note=with_axes(heatmap, f"{heatmap.axis} upwards"))
    legend = legend_width(canvas.width, len(heatmap.title))
    if not draw_frame(canvas, styles, heatmap, options, legend) or canvas.width < 5 or canvas.height < 3:
        return []
    return paint_panels(canvas, styles, heatmap, options, legend)


def paint_panels(
    canvas: Canvas, styles: Styles, heatmap: Heatmap, options: DrawOptions, legend: int, names: Sequence[str] = ()
) -> list[Plot]:
    """Draw the maps inside of a frame, and the legend of their colors; `names`, if any, are those of the steps."""
    layouts = lay_out(canvas, heatmap)
    plots = [
        Plot(layout.left, DotGrid(layout.columns * DOTS_X, 1, float(options.left), float(options.right), 0.0, 1.0))
        for layout in layouts
    ]
    means = [raster_means(layout.raster, plot.grid.column_edges()) for layout, plot in zip(layouts, plots, strict=True)]
    values = np.concatenate([raster.means.ravel() for raster in means] or [np.empty(0)])
    scale = fit_colors(values, heatmap.limits, options.log, options.robust, heatmap.diverging)
    for layout, plot, raster in zip(layouts, plots, means, strict=True):
        Panel(canvas, styles, heatmap, layout, names).paint(raster, scale, plot, options.unit)
        if options.cursor is not None:
            draw_cursor(canvas, styles, plot, options.cursor, layout.top + 1, layout.rows)
    if len(layouts) < len(heatmap.rasters):
        canvas.put(2, canvas.height - 1, f" and {len(heatmap.rasters) - len(layouts)} more ", styles.warning)
    if legend:
        draw_legend(canvas, styles, scale, legend)
    return plots


def with_axes(figure: Figure, axes: str) -> str:
    """Return the note of a figure with what its axes are, which have no titles in cells."""
    return ", ".join(filter(None, (axes, figure.note)))


def legend_width(width: int, title: int) -> int:
    """Return the width of a legend beside a title in a border of these widths; 0 where there is no room."""
    return next((legend for legend in (34, 26, 20) if legend <= width - title - 6), 0)


def draw_legend(canvas: Canvas, styles: Styles, scale: Scale, width: int) -> None:
    """Draw the lower end of the scale, its colors and its upper end in the upper border."""
    low, high = _end_labels(scale)
    cells = width - len(low) - len(high) - 5
    x = canvas.put_spans(canvas.width - 1 - width, 0, [(f" {low} ", styles.muted)])
    for cell in range(cells):
        left, right = ((2 * cell + half) * LEVELS // (2 * cells) for half in (0, 1))
        char, style = colored_cell(left, right, drawing_of(styles, scale))
        canvas.put(x + cell, 0, "▌" if char == "▀" else char, style)
    canvas.put(x + cells, 0, f" {high} ", styles.muted)


def _end_labels(scale: Scale) -> tuple[str, str]:
    ticks = log_ticks(scale.low, scale.high, 99) if scale.log else linear_ticks(scale.low, scale.high, 1)
    if len(ticks) > 1:
        return ticks[0].label, ticks[-1].label
    return _end_label(scale, scale.low), _end_label(scale, scale.high)


def _end_label(scale: Scale, end: float) -> str:
    return compact(10.0 ** max(min(end, 300.0), -300.0) if scale.log else end)
