"""Matrices: one image per variant, side by side, with one color scale and its legend in the border."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bntui.run.series.history import Points
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.frame import draw_frame
from bntui.tui.charts.heatmap_chart import legend_width, paint_panels, with_axes
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.step_axis import Plot
from bntui.views.draw_options import DrawOptions
from bntui.views.heatmap import Heatmap, Raster
from bntui.views.matrix import Image, Matrix


def paint_matrix(
    canvas: Canvas, styles: Styles, matrix: Matrix, options: DrawOptions, layers: PlotLayers
) -> list[Plot]:
    """Draw the matrix over the whole canvas, of any size; there is no plot with an axis of steps to return."""
    if matrix.across.title:
        axes = f"{matrix.up.title} upwards against {matrix.across.title}"
        matrix = replace(matrix, note=with_axes(matrix, axes))
    legend = legend_width(canvas.width, len(matrix.title))
    if draw_frame(canvas, styles, matrix, options, legend) and canvas.width >= 5 and canvas.height >= 3:
        drawn = replace(options, left=0, right=len(matrix.across.values), cursor=None)
        paint_panels(canvas, styles, _heatmap(matrix), drawn, legend, matrix.across.labels)
    return []


def _heatmap(matrix: Matrix) -> Heatmap:
    """Return the matrix as a heatmap, with the columns as steps."""
    return Heatmap(
        limits=matrix.limits,
        rasters=tuple(_raster(image) for image in matrix.images),
        steps=len(matrix.across.values),
        labels=matrix.up.labels[::-1],
        diverging=matrix.diverging,
    )


def _raster(image: Image) -> Raster:
    count = image.values.shape[1]
    # The last column is repeated behind the right edge: it is as wide as the others.
    steps = np.array([*range(count), count + 1] if count else [], np.int32)
    rows = tuple(Points(steps, np.append(row, row[-1:]).astype(np.float32)) for row in image.values[::-1])
    return Raster(image.variant, image.style_index, rows, ended=image.ended, lost=image.lost)
