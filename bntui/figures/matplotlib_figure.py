"""Draw a figure for a paper or a talk; the only module that imports matplotlib, which is optional."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from bntui.figures.metric_drawing import draw_metric_curves, draw_metric_grid
from bntui.figures.variant_axes import add_legend, line_style, set_y_axis
from bntui.run.series.history import Points, Steps
from bntui.views.axis_scale import Scale, fit_colors
from bntui.views.band import Band
from bntui.views.chart import Chart
from bntui.views.color_ramp import ramp
from bntui.views.decimation import RasterMeans, even_edges, raster_means
from bntui.views.draw_options import DrawOptions, Seeds
from bntui.views.figure import Figure
from bntui.views.heatmap import Heatmap, Raster
from bntui.views.metric_curves import MetricCurves
from bntui.views.metric_grid import MetricGrid
from bntui.views.profile import Profile
from bntui.views.seeds_note import seeds_note, shown_seeds
from bntui.views.smooth import Array, estimate_at, trailing_mean
from bntui.views.variant_mark import color_on_light

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure

FORMATS = ("svg", "png")

_GREY, _RED = "#666666", "#b3261e"
_RC_PARAMS: Any = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 9,
    "grid.alpha": 0.25,
    "lines.linewidth": 1.4,
    "lines.markersize": 4.5,
    # The same figure gives the same file.
    "svg.hashsalt": "bntui",
}
_UNDATED: Any = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
_MARKS_PER_LINE = 8
_HEATMAP_COLUMNS = 600
_NOT_FINITE_CROSSES = 120
# matplotlib's rc parameters are global.
_lock = Lock()


def available() -> bool:
    """Return whether matplotlib is installed."""
    return find_spec("matplotlib") is not None


def draw(figure: Figure, options: DrawOptions, caption: str = "") -> MatplotlibFigure:
    """Return the figure as a matplotlib figure of 6.4 × 4 inches, without using pyplot.

    It has the range, scale and smoothing of `options`. Takes up to seconds; may be called from any thread.
    """
    import matplotlib

    with _lock, matplotlib.rc_context(_RC_PARAMS):
        drawing = _drawn(figure, options, caption)
    # Notebooks draw only figures that pyplot manages; others need this method.
    drawing._repr_png_ = partial(_encoded, drawing, "png")  # type: ignore[attr-defined]
    return drawing


def render(figure: Figure, options: DrawOptions, caption: str = "") -> dict[str, bytes]:
    """Return the figure as the content of a file in each of `FORMATS`; see `draw`."""
    import matplotlib

    with _lock, matplotlib.rc_context(_RC_PARAMS):
        sheet = _drawn(figure, options, caption)
        return {form: _encoded(sheet, form) for form in FORMATS}


def render_as(form: str, figure: Figure, options: DrawOptions, caption: str = "") -> bytes:
    """Return the figure as the content of a file of a format that matplotlib knows; see `draw`."""
    import matplotlib

    with _lock, matplotlib.rc_context(_RC_PARAMS):
        return _encoded(_drawn(figure, options, caption), form)


def _drawn(figure: Figure, options: DrawOptions, caption: str) -> MatplotlibFigure:
    from matplotlib.figure import Figure as MatplotlibFigure

    sheet = MatplotlibFigure(figsize=(6.4, 4.0), layout="constrained")
    _DRAWERS[type(figure)](sheet, figure, replace(options, seeds=shown_seeds(figure, options)))
    _titles(sheet, figure, options, caption)
    return sheet


def _encoded(sheet: MatplotlibFigure, form: str) -> bytes:
    buffer = BytesIO()
    sheet.savefig(buffer, format=form, dpi=200, metadata=_UNDATED.get(form))
    return buffer.getvalue()


def _titles(sheet: MatplotlibFigure, figure: Figure, options: DrawOptions, caption: str) -> None:
    sheet.suptitle(figure.title, x=0.01, ha="left", fontweight="bold")
    sheet.supxlabel(caption, x=0.99, ha="right", fontsize=7, color=_GREY)
    if not isinstance(figure, Heatmap | MetricGrid):
        means = f"mean of {options.window:,} steps" if options.window else ""
        note = " · ".join(filter(None, (figure.note, means, seeds_note(figure, options))))
        sheet.axes[0].annotate(note, (0, 1), (0, 6), "axes fraction", "offset points", color=_GREY, fontsize=8)


def _draw_chart(sheet: MatplotlibFigure, chart: Chart, options: DrawOptions) -> None:
    axes = _axes(sheet, options)
    drawn: list[Any] = []
    for series in chart.series:
        points = _visible(series.points, options)
        steps, values = points.steps, points.values.astype(np.float64)
        if series.seeds:
            seeds = [_visible(each, options) for each in series.seeds.values()]
            values = _draw_seeds(axes, series.style_index, steps, seeds, options)
            drawn += [each.values for each in seeds]
        elif options.window:
            axes.plot(steps, values, color=color_on_light(series.style_index), alpha=0.3, linewidth=0.7)
            values = trailing_mean(points, np.arange(len(steps)), options.window)
        _draw_line(axes, series.variant, series.style_index, steps, values, series.ended is not None, series.lost)
        _mark_not_finite(axes, points, series.style_index, options)
        drawn.append(points.values)
    _set_x_axis(axes, options)
    set_y_axis(axes, chart, options, drawn)
    add_legend(sheet, axes)


def _draw_seeds(axes: Axes, style_index: int, steps: Steps, seeds: Sequence[Points], options: DrawOptions) -> Array:
    """Draw the interval over seeds, or each seed, and return their mean at these steps."""
    means, half_widths, _ = estimate_at(seeds, steps, options.window)
    color = color_on_light(style_index)
    if options.seeds is Seeds.BAND:
        axes.fill_between(steps, means - half_widths, means + half_widths, color=color, alpha=0.18, linewidth=0)
    if options.seeds is Seeds.EACH:
        for points in seeds:
            ends = np.arange(len(points.steps))
            values = trailing_mean(points, ends, options.window) if options.window else points.values
            axes.plot(points.steps, values, color=color, alpha=0.35, linewidth=0.6)
    return means


def _draw_band(sheet: MatplotlibFigure, band: Band, options: DrawOptions) -> None:
    axes = _axes(sheet, options)
    drawn: list[Array] = []
    for span in band.spans:
        low, high = _visible(span.low, options), _visible(span.high, options)
        color = color_on_light(span.style_index)
        axes.fill_between(low.steps, low.values, high.values, color=color, alpha=0.18, linewidth=0)
        if options.seeds is Seeds.EACH:
            for points in (_visible(end, options) for ends in span.seeds.values() for end in ends):
                axes.plot(points.steps, points.values, color=color, alpha=0.35, linewidth=0.6)
        for points, name in ((low, ""), (high, span.variant)):
            ended = span.ended is not None
            _draw_line(axes, name, span.style_index, points.steps, points.values, ended, span.lost)
            _mark_not_finite(axes, points, span.style_index, options)
            drawn.append(points.values.astype(np.float64))
    _set_x_axis(axes, options)
    set_y_axis(axes, band, options, drawn)
    add_legend(sheet, axes)


def _draw_profile(sheet: MatplotlibFigure, profile: Profile, options: DrawOptions) -> None:
    axes = _axes(sheet, options)
    for line in profile.lines:
        indices = np.arange(len(line.values))
        axes.plot(indices, line.values, label=line.variant, **line_style(line.style_index))
        _draw_crosses(axes, indices[~np.isfinite(line.values)], line.style_index)
    steep = sum(map(len, profile.layers)) > 60
    rotation, alignment = (60, "right") if steep else (0, "center")
    axes.set_xticks(range(len(profile.layers)), profile.layers, rotation=rotation, ha=alignment)
    if profile.marked is not None:
        axes.get_xticklabels()[profile.marked].set_fontweight("bold")
    set_y_axis(axes, profile, options, [line.values for line in profile.lines])
    add_legend(sheet, axes)


def _draw_heatmap(sheet: MatplotlibFigure, heatmap: Heatmap, options: DrawOptions) -> None:
    count = max(len(heatmap.rasters), 1)
    across = min(count, 3)
    panels = sheet.subplots(-(-count // across), across, sharex=True, sharey=bool(heatmap.labels), squeeze=False)
    edges = even_edges(options.left, options.right, _HEATMAP_COLUMNS)
    reduced = [raster_means(_copy(raster), edges) for raster in heatmap.rasters]
    values = np.concatenate([raster.means.ravel() for raster in reduced] or [np.empty(0)])
    scale = fit_colors(values, heatmap.limits, options.log, options.robust)
    image = None
    for axes, raster, means in zip(panels.flat, heatmap.rasters, reduced, strict=False):
        image = _draw_panel(axes, heatmap, raster, means, scale, options)
    for axes in panels.flat[len(heatmap.rasters) :]:
        axes.set_axis_off()
    if image is not None:
        sheet.colorbar(image, ax=panels.ravel().tolist(), label=heatmap.note)


def _draw_panel(
    axes: Axes, heatmap: Heatmap, raster: Raster, reduced: RasterMeans, scale: Scale, options: DrawOptions
) -> Any:
    from matplotlib.colors import ListedColormap

    means = np.where((reduced.means == 0) & heatmap.hollow, np.nan, reduced.means)
    if scale.log:
        means = np.where(means <= 0, 10.0**scale.low, means)
    image = _draw_image(axes, heatmap, raster, options, means, **_colors(scale))
    if reduced.nonfinite.any():
        nonfinite = np.where(reduced.nonfinite, 1.0, np.nan)
        _draw_image(axes, heatmap, raster, options, nonfinite, cmap=ListedColormap([_RED]))
    ended = f" ✖ at {raster.ended:,}" if raster.ended is not None else ""
    axes.set_title(raster.variant + ended, loc="left", fontsize=9, color=color_on_light(raster.style_index))
    axes.grid(False)
    axes.set_xlabel("step")
    return image


def _colors(scale: Scale) -> dict[str, Any]:
    """Return the color ramp over a scale, as keywords of `imshow`."""
    from matplotlib.colors import ListedColormap, LogNorm, Normalize

    norm = LogNorm(10.0**scale.low, 10.0**scale.high, clip=True) if scale.log else Normalize(scale.low, scale.high)
    return {
        "norm": norm,
        "cmap": ListedColormap([f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in ramp(False)]),
    }


def _draw_image(
    axes: Axes, heatmap: Heatmap, raster: Raster, options: DrawOptions, values: Array, **colors: Any
) -> Any:
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
        axes.set_yticks(range(rows), heatmap.labels)
    return image


def _copy(raster: Raster) -> Raster:
    """Return the raster with block summaries of its own, which no other thread changes."""
    rows = tuple(Points(points.steps, points.values) for points in raster.rows)
    return Raster(raster.variant, raster.style_index, rows, raster.edges, raster.ended)


def _visible(points: Points, options: DrawOptions) -> Points:
    """Return the points between the edges, one more on either side, and those that smoothing needs before them.

    Their block summary is their own: no other thread changes it.
    """
    first = max(int(np.searchsorted(points.steps, options.left)) - 1 - options.window, 0)
    last = int(np.searchsorted(points.steps, options.right, side="right")) + 1
    return Points(points.steps[first:last], points.values[first:last])


def _axes(sheet: MatplotlibFigure, options: DrawOptions) -> Axes:
    axes = sheet.subplots()
    # The limits are those of the screen, set after drawing.
    axes.autoscale(False)
    if options.log:
        axes.set_yscale("log")
    return axes


def _draw_line(
    axes: Axes, variant: str, style_index: int, steps: Any, values: Any, ended: bool, lost: Sequence[int] = ()
) -> None:
    """Draw a curve with a few marks of its variant, a cross at its end if the variant diverged, and where seeds did."""
    every = max(len(steps) // _MARKS_PER_LINE, 1)
    axes.plot(steps, values, label=variant or None, markevery=every, **line_style(style_index))
    finite = np.flatnonzero(np.isfinite(values))
    if not len(finite):
        return
    crosses = [int(finite[np.abs(steps[finite] - step).argmin()]) for step in lost] + [int(finite[-1])] * ended
    axes.plot(steps[crosses], values[crosses], "X", color=color_on_light(style_index), markersize=8)


def _mark_not_finite(axes: Axes, points: Points, style_index: int, options: DrawOptions) -> None:
    """Draw a cross on the x axis where values are not finite."""
    steps = points.steps[~np.isfinite(points.values)].astype(np.int64)
    distance = max((options.right - options.left) // _NOT_FINITE_CROSSES, 1)
    _draw_crosses(axes, steps[np.unique(steps // distance, return_index=True)[1]], style_index)


def _draw_crosses(axes: Axes, x: Any, style_index: int) -> None:
    if len(x):
        axes.plot(x, 0 * x, "x", color=color_on_light(style_index), transform=axes.get_xaxis_transform(), clip_on=False)


def _set_x_axis(axes: Axes, options: DrawOptions) -> None:
    axes.set_xlim(options.left, options.right)
    axes.set_xlabel("step")


_DRAWERS: Mapping[type, Callable[[Any, Any, DrawOptions], None]] = {
    Chart: _draw_chart,
    Band: _draw_band,
    Profile: _draw_profile,
    Heatmap: _draw_heatmap,
    MetricCurves: draw_metric_curves,
    MetricGrid: partial(draw_metric_grid, colors=_colors),
}
