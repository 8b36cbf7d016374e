"""A figure as a drawing for a paper or a talk: the only module that imports matplotlib, which need not be there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from bntui.run.series.history import Points
from bntui.tui.charts.colormap import ramp
from bntui.tui.charts.frame import DrawOptions
from bntui.tui.charts.palette import mark, styles_for
from bntui.tui.charts.polyline import DOTS_X, DotGrid
from bntui.tui.charts.raster import cells_of
from bntui.tui.charts.scale import fit, fit_colours
from bntui.views.band import Band
from bntui.views.chart import Chart
from bntui.views.figure import Figure
from bntui.views.heatmap import Heatmap, Raster
from bntui.views.profile import Profile
from bntui.views.smooth import Array, trailing_mean

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet

FORMATS = ("svg", "png")

_MARKERS = {"●": "o", "▲": "^", "■": "s", "◆": "D", "✚": "P", "★": "*", "▼": "v", "◉": "8", "✦": "d"}
_STYLES = styles_for((255, 255, 255), (0, 0, 0), dark=False, accent="#0067b0")
_GREY, _RED = "#666666", "#b3261e"
_STYLE: Any = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 9,
    "grid.alpha": 0.25,
    "lines.linewidth": 1.4,
    "lines.markersize": 4.5,
    # The same figure is the same file.
    "svg.hashsalt": "bntui",
}
_MARKS = 8
_COLUMNS = 600
_NOT_FINITE = 120
_one_at_a_time = Lock()


def available() -> bool:
    """Whether matplotlib is installed."""
    return find_spec("matplotlib") is not None


def drawn(figure: Figure, options: DrawOptions, caption: str) -> dict[str, bytes]:
    """The figure with the range, scale and smoothing of its picture on the screen, as SVG and as PNG.

    Takes seconds, and may be called from any thread.
    """
    import matplotlib
    from matplotlib.figure import Figure as Sheet

    with _one_at_a_time, matplotlib.rc_context(_STYLE):
        sheet = Sheet(figsize=(6.4, 4.0), layout="constrained")
        _DRAWERS[type(figure)](sheet, figure, options)
        _titles(sheet, figure, options, caption)
        return {form: _bytes(sheet, form) for form in FORMATS}


def _bytes(sheet: Sheet, form: str) -> bytes:
    to = BytesIO()
    sheet.savefig(to, format=form, dpi=200, metadata={"Date": None} if form == "svg" else None)
    return to.getvalue()


def _titles(sheet: Sheet, figure: Figure, options: DrawOptions, caption: str) -> None:
    sheet.suptitle(figure.title, x=0.01, ha="left", fontweight="bold")
    sheet.supxlabel(caption, x=0.99, ha="right", fontsize=7, color=_GREY)
    if not isinstance(figure, Heatmap):
        means = f"mean of {options.window:,} steps" if options.window else ""
        note = " · ".join(filter(None, (figure.note, means)))
        sheet.axes[0].annotate(note, (0, 1), (0, 6), "axes fraction", "offset points", color=_GREY, fontsize=8)


def _colour(style_index: int) -> str:
    colour = _STYLES.variant(style_index).color
    assert colour is not None and colour.triplet is not None
    return colour.triplet.hex


def _chart(sheet: Sheet, chart: Chart, options: DrawOptions) -> None:
    axes = _axes(sheet, options)
    parts = [_seen(series.points, options) for series in chart.series]
    for series, points in zip(chart.series, parts, strict=True):
        steps, values = points.steps, points.values.astype(np.float64)
        if options.window:
            axes.plot(steps, values, color=_colour(series.style_index), alpha=0.3, linewidth=0.7)
            values = trailing_mean(points, np.arange(len(steps)), options.window)
        _line(axes, series.variant, series.style_index, steps, values, ended=series.ended is not None)
        _not_finite(axes, points, series.style_index, options)
    _steps(axes, options)
    _values(axes, chart, options, [points.values for points in parts])
    _legend(sheet, axes)


def _band(sheet: Sheet, band: Band, options: DrawOptions) -> None:
    axes = _axes(sheet, options)
    seen: list[Any] = []
    for span in band.spans:
        low, high = _seen(span.low, options), _seen(span.high, options)
        axes.fill_between(low.steps, low.values, high.values, color=_colour(span.style_index), alpha=0.18, linewidth=0)
        for points, name in ((low, ""), (high, span.variant)):
            _line(axes, name, span.style_index, points.steps, points.values, ended=span.ended is not None)
            _not_finite(axes, points, span.style_index, options)
            seen.append(points.values)
    _steps(axes, options)
    _values(axes, band, options, seen)
    _legend(sheet, axes)


def _profile(sheet: Sheet, profile: Profile, options: DrawOptions) -> None:
    axes = _axes(sheet, options)
    for line in profile.lines:
        indices = np.arange(len(line.values))
        axes.plot(indices, line.values, label=line.variant, **_style(line.style_index))
        _crosses(axes, indices[~np.isfinite(line.values)], line.style_index)
    steep = sum(map(len, profile.layers)) > 60
    axes.set_xticks(
        range(len(profile.layers)), profile.layers, rotation=60 if steep else 0, ha="right" if steep else "center"
    )
    if profile.marked is not None:
        axes.get_xticklabels()[profile.marked].set_fontweight("bold")
    _values(axes, profile, options, [line.values for line in profile.lines])
    _legend(sheet, axes)


def _heatmap(sheet: Sheet, heatmap: Heatmap, options: DrawOptions) -> None:
    from matplotlib.colors import ListedColormap, LogNorm, Normalize

    count = max(len(heatmap.rasters), 1)
    across = min(count, 3)
    panels = sheet.subplots(-(-count // across), across, sharex=True, sharey=bool(heatmap.labels), squeeze=False)
    window = DotGrid(_COLUMNS * DOTS_X, 1, float(options.left), float(options.right), 0.0, 1.0)
    cells = [cells_of(_own(raster), window) for raster in heatmap.rasters]
    values = np.concatenate([each.means.ravel() for each in cells] or [np.empty(0)])
    scale = fit_colours(values, heatmap.limits, options.log, options.robust)
    norm = LogNorm(10.0**scale.low, 10.0**scale.high, clip=True) if scale.log else Normalize(scale.low, scale.high)
    colours = ListedColormap([f"#{r:02x}{g:02x}{b:02x}" for r, g, b in ramp(False)])
    image = None
    for axes, raster, each in zip(panels.flat, heatmap.rasters, cells, strict=False):
        means = np.where((each.means == 0) & heatmap.hollow, np.nan, each.means)
        if scale.log:
            means = np.where(means <= 0, 10.0**scale.low, means)
        image = _image(axes, heatmap, raster, options, means, cmap=colours, norm=norm)
        if each.nonfinite.any():
            _image(axes, heatmap, raster, options, np.where(each.nonfinite, 1.0, np.nan), cmap=ListedColormap([_RED]))
        ended = f" ✖ at {raster.ended:,}" if raster.ended is not None else ""
        axes.set_title(raster.variant + ended, loc="left", fontsize=9, color=_colour(raster.style_index))
        axes.grid(False)
        axes.set_xlabel("step")
    for axes in panels.flat[len(heatmap.rasters) :]:
        axes.set_axis_off()
    if image is not None:
        sheet.colorbar(image, ax=panels.ravel().tolist(), label=heatmap.note)


def _image(axes: Axes, heatmap: Heatmap, raster: Raster, options: DrawOptions, values: Array, **how: Any) -> Any:
    rows = len(values)
    low, high = (rows - 0.5, -0.5) if heatmap.labels else raster.edges or (0.0, 1.0)
    image = axes.imshow(
        values,
        aspect="auto",
        interpolation="nearest",
        origin="upper" if heatmap.labels else "lower",
        extent=(options.left, options.right, low, high if high != low else low + 1),
        **how,
    )
    if heatmap.labels:
        axes.set_yticks(range(rows), heatmap.labels)
    return image


def _own(raster: Raster) -> Raster:
    """The same, sharing nothing that the thread of the screen may be changing."""
    rows = tuple(Points(points.steps, points.values) for points in raster.rows)
    return Raster(raster.variant, raster.style_index, rows, raster.edges, raster.ended)


def _axes(sheet: Sheet, options: DrawOptions) -> Axes:
    axes = sheet.subplots()
    # The limits are those of the screen, set when all is drawn.
    axes.autoscale(False)
    if options.log:
        axes.set_yscale("log")
    return axes


def _seen(points: Points, options: DrawOptions) -> Points:
    """The points in sight and one to either side; sharing as little."""
    first = max(int(np.searchsorted(points.steps, options.left)) - 1 - options.window, 0)
    last = int(np.searchsorted(points.steps, options.right, side="right")) + 1
    return Points(points.steps[first:last], points.values[first:last])


def _style(style_index: int) -> dict[str, Any]:
    return {"color": _colour(style_index), "marker": _MARKERS[mark(style_index)]}


def _line(axes: Axes, variant: str, style_index: int, steps: Any, values: Any, *, ended: bool) -> None:
    """A curve with its variant's mark now and then, and a cross at its end if it diverged."""
    axes.plot(steps, values, label=variant or None, markevery=max(len(steps) // _MARKS, 1), **_style(style_index))
    finite = np.flatnonzero(np.isfinite(values))
    if ended and len(finite):
        axes.plot(steps[finite[-1]], values[finite[-1]], "X", color=_colour(style_index), markersize=8)


def _not_finite(axes: Axes, points: Points, style_index: int, options: DrawOptions) -> None:
    """A cross on the axis where a value was not finite."""
    steps = points.steps[~np.isfinite(points.values)].astype(np.int64)
    apart = max((options.right - options.left) // _NOT_FINITE, 1)
    _crosses(axes, steps[np.unique(steps // apart, return_index=True)[1]], style_index)


def _crosses(axes: Axes, indices: Any, style_index: int) -> None:
    if len(indices):
        axes.plot(
            indices, 0 * indices, "x", color=_colour(style_index), transform=axes.get_xaxis_transform(), clip_on=False
        )


def _steps(axes: Axes, options: DrawOptions) -> None:
    axes.set_xlim(options.left, options.right)
    axes.set_xlabel("step")


def _values(axes: Axes, figure: Figure, options: DrawOptions, parts: Sequence[Any]) -> None:
    """The y axis as on the screen."""
    values = np.concatenate([*parts, np.empty(0)]).astype(np.float64)
    scale = fit(values, None if options.zoomed else figure.limits, options.log, options.robust)
    axes.set_ylim(*((10.0**scale.low, 10.0**scale.high) if scale.log else (scale.low, scale.high)))


def _legend(sheet: Sheet, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    sheet.legend(handles, labels, loc="outside upper right", ncols=4, frameon=False)


_DRAWERS: Mapping[type, Callable[[Any, Any, DrawOptions], None]] = {
    Chart: _chart,
    Band: _band,
    Profile: _profile,
    Heatmap: _heatmap,
}
