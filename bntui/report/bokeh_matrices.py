"""Matrices as Bokeh plots, one plot for each variant; the caller passes Bokeh's models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bntui.report.bokeh_maps import add_color_bar, color_ends, color_mapper, nonfinite_mapper
from bntui.report.bokeh_models import SharedModels
from bntui.views.axis_scale import Scale, fit_colors
from bntui.views.draw_options import DrawOptions
from bntui.views.matrix import Image, Matrix

_LOWEST, _HIGHEST, _ROW = 90, 300, 14
"""Pixels of the height of all rows, and of a row while there are few."""
_BELOW = 44
"""Pixels of the axis below a plot."""
_MOST_NAMES = 12


def draw_matrices(shared: SharedModels, figures: Mapping[str, Matrix], options: DrawOptions) -> list[Any]:
    """Return a plot for each variant; their tags hold the cells of all layers."""
    first = next(iter(figures.values()))
    scales = {layer: _scale(figure, options) for layer, figure in figures.items()}
    mapper = color_mapper(shared.models, next(iter(scales.values())))
    plots = []
    for number in range(len(first.images)):
        layers: dict[str, dict[str, Any]] = {
            layer: {
                "curves": _data(figure.images[number]),
                "linear": (-0.5, len(figure.up.values) - 0.5),
                "colors": color_ends(scales[layer]),
            }
            for layer, figure in figures.items()
        }
        red = nonfinite_mapper(shared.models)
        plot = _plot(shared, first)
        live = _add_image(shared, plot, first, layers[next(iter(figures))]["curves"], mapper, red)
        tags = {"layers": layers, "live": [live], "mapper": mapper, "nonfinite": red, "signed": first.diverging}
        plot.tags = [tags]
        plots.append(plot)
    if plots:
        add_color_bar(shared, plots[-1], mapper)
    return plots


def _scale(figure: Matrix, options: DrawOptions) -> Scale:
    values = np.concatenate([image.values.ravel() for image in figure.images] or [np.empty(0)])
    return fit_colors(values, figure.limits, options.log, options.robust, figure.diverging)


def _data(image: Image) -> dict[str, Any]:
    finite = np.isfinite(image.values)
    rows, columns = image.values.shape
    return {
        "image": [np.where(finite, image.values, np.nan).astype(np.float32)],
        "nonfinite": [np.where(finite, np.nan, 1).astype(np.float32)],
        "x": [-0.5],
        "y": [-0.5],
        "width": [columns],
        "height": [rows],
    }


def _plot(shared: SharedModels, matrix: Matrix) -> Any:
    models, columns, rows = shared.models, len(matrix.across.values), len(matrix.up.values)
    ends = {"start": -0.5, "end": rows - 0.5}
    plot = shared.plot(
        x_range=models.Range1d(start=-0.5, end=columns - 0.5),
        y_range=models.Range1d(**ends, reset_start=-0.5, reset_end=rows - 0.5),
        height=min(max(rows * _ROW, _LOWEST), _HIGHEST) + _BELOW,
    )
    for axis, place in ((matrix.across, "below"), (matrix.up, "left")):
        every = slice(None, None, max(-(-len(axis.values) // _MOST_NAMES), 1))
        shared.add_names(plot, range(len(axis.values))[every], axis.labels[every], place, axis.title)
    return plot


def _add_image(
    shared: SharedModels, plot: Any, matrix: Matrix, data: Mapping[str, Any], mapper: Any, nonfinite: Any
) -> Any:
    models = shared.models
    live, cells = shared.add_image(plot, data, mapper, nonfinite)
    code = "return charts.place(value, names)"
    across, up = (models.CustomJSHover(args={"names": axis.labels}, code=code) for axis in (matrix.across, matrix.up))
    value = models.CustomJSHover(code="return charts.value(value)")
    plot.toolbar.tools.append(
        models.HoverTool(
            renderers=[cells],
            tooltips=[
                (matrix.across.title, "$x{custom}"),
                (matrix.up.title, "$y{custom}"),
                ("value", "@image{custom}"),
            ],
            formatters={"$x": across, "$y": up, "@image": value},
            show_arrow=False,
        )
    )
    return live
