"""Figures of colored cells as Bokeh plots, one plot for each variant; the caller passes Bokeh's models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bntui.number_format import compact
from bntui.report.bokeh_models import GREY, SharedModels
from bntui.sweep.metrics import METRICS
from bntui.views.axis_scale import Scale, fit_colors
from bntui.views.color_ramp import ramp
from bntui.views.decimation import even_edges, raster_means
from bntui.views.draw_options import DrawOptions
from bntui.views.heatmap import Heatmap, Raster
from bntui.views.metric_grid import MetricGrid, MetricMap
from bntui.views.metric_readout import spot_text
from bntui.views.metric_spot import Spot, mark_above
from bntui.views.smooth import Array
from bntui.views.ticks import log_ticks

COLUMNS = 300
_ROW, _BELOW, _BETWEEN, _COLOR_BAR = 15, 44, 28, 34
"""Pixels of the height of a row, of the axis below a map with and without its label, and of the legend of colors."""
_HISTOGRAM, _MOST_TICKS = 130, 8
_CELL, _LEAST = 34, 80
"""Pixels of the height of a cell of a grid, and of all its rows: the name of their key stands beside them."""


def palette(dark: bool, diverging: bool = False) -> list[str]:
    """Return the color ramp on a light or on a dark background."""
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in ramp(dark, diverging)]


class _Image(NamedTuple):
    """The cells of one variant: values and values that are not finite, (rows, columns), the lowest row first."""

    values: Array
    nonfinite: npt.NDArray[np.bool_]
    low: float
    high: float


def draw_heatmaps(shared: SharedModels, figures: Mapping[str, Heatmap], options: DrawOptions) -> list[Any]:
    """Return a plot for each variant; their tags hold the cells of all layers."""
    drawn = {layer: _images(figure, options) for layer, figure in figures.items()}
    first, (images, scale) = next(iter(figures.values())), next(iter(drawn.values()))
    mapper = color_mapper(shared.models, scale)
    plots = []
    for number, image in enumerate(images):
        layers: dict[str, dict[str, Any]] = {
            layer: {"curves": _data(each[number], options), "linear": each[number][2:], "colors": color_ends(colors)}
            for layer, (each, colors) in drawn.items()
        }
        plot = _map(shared, first, image, options, last=number == len(images) - 1)
        nonfinite = any(each[number].nonfinite.any() for each, _ in drawn.values())
        red = nonfinite_mapper(shared.models) if nonfinite else None
        live = _add_image(shared, plot, first, layers[next(iter(drawn))]["curves"], mapper, red)
        plot.tags = [{"layers": layers, "live": [live], "mapper": mapper, "nonfinite": red, "signed": first.diverging}]
        plots.append(plot)
    if plots:
        add_color_bar(shared, plots[-1], mapper)
    return plots


def _images(figure: Heatmap, options: DrawOptions) -> tuple[list[_Image], Scale]:
    most = max((raster.count for raster in figure.rasters), default=1)
    edges = even_edges(options.left, max(options.right, options.left + 1), min(COLUMNS, max(most, 1)))
    reduced = [raster_means(raster, edges) for raster in figure.rasters]
    values = np.concatenate([each.means.ravel() for each in reduced] or [np.empty(0)])
    scale = fit_colors(values, figure.limits, options.log, options.robust, figure.diverging)
    images = []
    for raster, (means, nonfinite) in zip(figure.rasters, reduced, strict=True):
        cells = np.where((means == 0) & figure.hollow, np.nan, means)
        if figure.labels:
            cells, nonfinite = cells[::-1], nonfinite[::-1]
        images.append(_Image(cells, nonfinite, *_rows(figure, raster)))
    return images, scale


def _rows(figure: Heatmap, raster: Raster) -> tuple[float, float]:
    """Return the ends of the axis of rows."""
    low, high = (-0.5, len(figure.labels) - 0.5) if figure.labels else raster.edges or (0.0, 1.0)
    return (low, high) if high > low else (low, low + 1)


def _data(image: _Image, options: DrawOptions) -> dict[str, Any]:
    width = max(options.right - options.left, 1)
    return {
        "image": [image.values.astype(np.float32)],
        "nonfinite": [np.where(image.nonfinite, 1, np.nan).astype(np.float32)],
        "x": [options.left],
        "y": [image.low],
        "width": [width],
        "height": [image.high - image.low],
    }


def color_mapper(models: Any, scale: Scale) -> Any:
    """Return the colors of a scale, on a light background; values that are not finite have none."""
    low, high = color_ends(scale)
    kind = models.LogColorMapper if scale.log else models.LinearColorMapper
    return kind(palette=palette(False, scale.diverging), low=low, high=high, nan_color="rgba(0, 0, 0, 0)")


def nonfinite_mapper(models: Any) -> Any:
    """Return the color of values that are not finite."""
    return models.LinearColorMapper(palette=["#b3261e"], low=0, high=2, nan_color="rgba(0, 0, 0, 0)")


def color_ends(scale: Scale) -> tuple[float, float]:
    """Return the values at the ends of a scale."""
    return (10.0**scale.low, 10.0**scale.high) if scale.log else (scale.low, scale.high)


def _map(shared: SharedModels, figure: Heatmap, image: _Image, options: DrawOptions, *, last: bool) -> Any:
    models = shared.models
    height = len(figure.labels) * _ROW if figure.labels else _HISTOGRAM
    plot = shared.plot(
        x_range=shared.step_range(options.left, max(options.right, options.left + 1)),
        y_range=models.Range1d(start=image.low, end=image.high, reset_start=image.low, reset_end=image.high),
        height=max(height, 4 * _ROW) + (_BELOW if last else _BETWEEN),
    )
    shared.add_step_axis(plot, label="step" if last else None)
    if figure.labels:
        shared.add_names(plot, range(len(figure.labels)), figure.labels[::-1], "left", figure.axis)
    elif figure.log_axis:
        ticks = log_ticks(image.low, image.high, _MOST_TICKS)
        shared.add_names(plot, [tick.value for tick in ticks], [tick.label for tick in ticks], "left", figure.axis)
    else:
        axis = models.LinearAxis(ticker=shared.axes["tickers"][0], formatter=shared.axes["formatters"][0])
        axis.axis_label = models.PlainText(text=figure.axis) if figure.axis else None
        shared.add_axis(plot, axis, "left", grid=False)
    return plot


def _add_image(
    shared: SharedModels, plot: Any, figure: Heatmap, data: Mapping[str, Any], mapper: Any, nonfinite: Any
) -> Any:
    models = shared.models
    live, cells = shared.add_image(plot, data, mapper, nonfinite)
    # The names of layers are not in the template, where they could be taken for HTML or placeholders.
    cell = models.CustomJSHover(
        args={"source": live, "names": _row_names(figure)},
        code="return charts.cell(source, special_vars.image_index, value, names)",
    )
    step = models.CustomJSHover(code="return charts.step(value)")
    plot.toolbar.tools.append(
        models.HoverTool(
            renderers=[cells],
            tooltips="<b>step $x{custom}</b><div>$y{custom}</div>",
            formatters={"$x": step, "$y": cell},
            show_arrow=False,
        )
    )
    return live


def _row_names(figure: Heatmap) -> Sequence[str]:
    """Return what the rows are, the lowest first; nothing where rows are intervals of an axis for each variant."""
    if figure.row_values:
        return [f"{figure.axis} {compact(value)}" for value in sorted(figure.row_values)]
    return figure.labels[::-1]


def add_color_bar(shared: SharedModels, plot: Any, mapper: Any, form: str = "") -> None:
    """Add the legend of the colors below a plot, which gets taller; `form` is Bokeh's format of numbers."""
    bar = shared.models.ColorBar(
        color_mapper=mapper,
        height=8,
        padding=4,
        orientation="horizontal",
        background_fill_color=None,
        major_label_text_color=GREY,
        major_label_text_font_size="11px",
        bar_line_color=None,
    )
    if form:
        bar.formatter = shared.models.NumeralTickFormatter(format=form)
    plot.add_layout(bar, "below")
    plot.height += _COLOR_BAR


def draw_metric_grids(shared: SharedModels, figures: Mapping[str, MetricGrid], options: DrawOptions) -> list[Any]:
    """Return a plot for each variant, with the values in its cells."""
    (grid,) = figures.values()
    means = np.array([spot.mean for spot in grid.spots if spot is not None and spot.count])
    scale = fit_colors(means, grid.limits, options.log, options.robust)
    mapper = color_mapper(shared.models, scale)
    # Black on light colors, white on dark ones.
    low, high = color_ends(scale)
    ink = type(mapper)(palette=["#000000", "#ffffff"], low=low, high=high, nan_color="#b3261e")
    plots = [_metric_map(shared, grid, each, mapper, ink) for each in grid.maps]
    if plots:
        percent = METRICS[grid.metric].text(0.5).endswith("%")
        add_color_bar(shared, plots[-1], mapper, "0%" if percent else "")
    return plots


def _metric_map(shared: SharedModels, grid: MetricGrid, each: MetricMap, mapper: Any, ink: Any) -> Any:
    models, rows, columns = shared.models, len(grid.down.values), len(grid.across.values)
    plot = shared.plot(
        x_range=models.Range1d(start=-0.5, end=columns - 0.5),
        y_range=models.Range1d(start=-0.5, end=rows - 0.5),
        height=max(rows * _CELL, _LEAST) + _BELOW,
    )
    shared.add_names(plot, range(columns), grid.across.labels, "below", grid.across.key)
    labels = grid.down.labels if grid.down.numeric else grid.down.labels[::-1]
    shared.add_names(plot, range(rows), labels, "left", grid.down.name or grid.down.key)
    source = models.ColumnDataSource(data=_cells(grid, each.rows))
    fill = {"field": "value", "transform": mapper}
    cells = plot.add_glyph(source, models.Rect(x="x", y="y", width=0.97, height=0.94, fill_color=fill, line_color=None))
    text = {"text": "text", "text_align": "center", "text_baseline": "middle", "text_font_size": "12px"}
    plot.add_glyph(source, models.Text(x="x", y="y", text_color={"field": "value", "transform": ink}, **text))
    tooltips = [(grid.across.key, "@across"), (grid.down.key, "@down"), (each.variant, "@reading")]
    plot.toolbar.tools.append(models.HoverTool(renderers=[cells], tooltips=tooltips, show_arrow=False))
    plot.tags = [{"layers": {}, "live": [], "mapper": mapper, "ink": ink}]
    return plot


def _cells(grid: MetricGrid, rows: Sequence[Sequence[Spot | None]]) -> dict[str, list[Any]]:
    down = grid.down.labels[::-1] if grid.down.numeric else grid.down.labels
    spots = [(row, column, spot) for row, spots in enumerate(rows) for column, spot in enumerate(spots)]
    return {
        "x": [float(column) for _, column, _ in spots],
        "y": [float(len(rows) - 1 - row) for row, _, _ in spots],
        "value": [spot.mean if spot is not None and spot.count else np.nan for *_, spot in spots],
        "text": [_text(spot, grid.metric) for *_, spot in spots],
        "across": [grid.across.labels[column] for _, column, _ in spots],
        "down": [down[row] for row, *_ in spots],
        "reading": [spot_text(spot, grid.metric) for *_, spot in spots],
    }


def _text(spot: Spot | None, metric: str) -> str:
    value = METRICS[metric].text(spot.mean).removesuffix("%") if spot is not None and spot.count else ""
    return value + mark_above(spot, metric)
