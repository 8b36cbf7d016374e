"""A figure as a drawing for a paper or a talk: the only module that imports matplotlib, which need not be there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from bntui.run.history import Points
from bntui.tui.border import Look
from bntui.tui.cells import cells_of
from bntui.tui.curve import DOTS_X, Window
from bntui.tui.palette import inks_for, mark
from bntui.tui.ramp import ramp
from bntui.tui.scale import fit, fit_colours
from bntui.views import Band, Chart, Figure, Heatmap, Profile, Raster
from bntui.views.smooth import Array, trailing_mean

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet

FORMATS = ("svg", "png")

_MARKERS = {"●": "o", "▲": "^", "■": "s", "◆": "D", "✚": "P", "★": "*", "▼": "v", "◉": "8", "✦": "d"}
_INKS = inks_for((255, 255, 255), (0, 0, 0), dark=False, accent="#0067b0")
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


def drawn(figure: Figure, look: Look, caption: str) -> dict[str, bytes]:
    """The figure with the range, scale and smoothing of its picture on the screen, as SVG and as PNG.

    Takes seconds, and may be called from any thread.
    """
    import matplotlib
    from matplotlib.figure import Figure as Sheet

    with _one_at_a_time, matplotlib.rc_context(_STYLE):
        sheet = Sheet(figsize=(6.4, 4.0), layout="constrained")
        _DRAWERS[type(figure)](sheet, figure, look)
        _titles(sheet, figure, look, caption)
        return {form: _bytes(sheet, form) for form in FORMATS}


def _bytes(sheet: Sheet, form: str) -> bytes:
    to = BytesIO()
    sheet.savefig(to, format=form, dpi=200, metadata={"Date": None} if form == "svg" else None)
    return to.getvalue()


def _titles(sheet: Sheet, figure: Figure, look: Look, caption: str) -> None:
    sheet.suptitle(figure.title, x=0.01, ha="left", fontweight="bold")
    sheet.supxlabel(caption, x=0.99, ha="right", fontsize=7, color=_GREY)
    if not isinstance(figure, Heatmap):
        means = f"mean of {look.window:,} steps" if look.window else ""
        note = " · ".join(filter(None, (figure.note, means)))
        sheet.axes[0].annotate(note, (0, 1), (0, 6), "axes fraction", "offset points", color=_GREY, fontsize=8)


def _colour(place: int) -> str:
    colour = _INKS.variant(place).color
    assert colour is not None and colour.triplet is not None
    return colour.triplet.hex


def _chart(sheet: Sheet, chart: Chart, look: Look) -> None:
    axes = _axes(sheet, look)
    parts = [_seen(series.points, look) for series in chart.series]
    for series, points in zip(chart.series, parts, strict=True):
        steps, values = points.steps, points.values.astype(np.float64)
        if look.window:
            axes.plot(steps, values, color=_colour(series.place), alpha=0.3, linewidth=0.7)
            values = trailing_mean(points, np.arange(len(steps)), look.window)
        _line(axes, series.variant, series.place, steps, values, ended=series.ended is not None)
        _not_finite(axes, points, series.place, look)
    _steps(axes, look)
    _values(axes, chart, look, [points.values for points in parts])
    _legend(sheet, axes)


def _band(sheet: Sheet, band: Band, look: Look) -> None:
    axes = _axes(sheet, look)
    seen: list[Any] = []
    for span in band.spans:
        low, high = _seen(span.low, look), _seen(span.high, look)
        axes.fill_between(low.steps, low.values, high.values, color=_colour(span.place), alpha=0.18, linewidth=0)
        for points, name in ((low, ""), (high, span.variant)):
            _line(axes, name, span.place, points.steps, points.values, ended=span.ended is not None)
            _not_finite(axes, points, span.place, look)
            seen.append(points.values)
    _steps(axes, look)
    _values(axes, band, look, seen)
    _legend(sheet, axes)


def _profile(sheet: Sheet, profile: Profile, look: Look) -> None:
    axes = _axes(sheet, look)
    for line in profile.lines:
        places = np.arange(len(line.values))
        axes.plot(places, line.values, label=line.variant, **_style(line.place))
        _crosses(axes, places[~np.isfinite(line.values)], line.place)
    steep = sum(map(len, profile.layers)) > 60
    axes.set_xticks(
        range(len(profile.layers)), profile.layers, rotation=60 if steep else 0, ha="right" if steep else "center"
    )
    if profile.marked is not None:
        axes.get_xticklabels()[profile.marked].set_fontweight("bold")
    _values(axes, profile, look, [line.values for line in profile.lines])
    _legend(sheet, axes)


def _heatmap(sheet: Sheet, heatmap: Heatmap, look: Look) -> None:
    from matplotlib.colors import ListedColormap, LogNorm, Normalize

    count = max(len(heatmap.rasters), 1)
    across = min(count, 3)
    panels = sheet.subplots(-(-count // across), across, sharex=True, sharey=bool(heatmap.labels), squeeze=False)
    window = Window(_COLUMNS * DOTS_X, 1, float(look.left), float(look.right), 0.0, 1.0)
    cells = [cells_of(_own(raster), window) for raster in heatmap.rasters]
    values = np.concatenate([each.means.ravel() for each in cells] or [np.empty(0)])
    scale = fit_colours(values, heatmap.limits, look.log, look.robust)
    norm = LogNorm(10.0**scale.low, 10.0**scale.high, clip=True) if scale.log else Normalize(scale.low, scale.high)
    colours = ListedColormap([f"#{r:02x}{g:02x}{b:02x}" for r, g, b in ramp(False)])
    image = None
    for axes, raster, each in zip(panels.flat, heatmap.rasters, cells, strict=False):
        means = np.where((each.means == 0) & heatmap.hollow, np.nan, each.means)
        if scale.log:
            means = np.where(means <= 0, 10.0**scale.low, means)
        image = _image(axes, heatmap, raster, look, means, cmap=colours, norm=norm)
        if each.broken.any():
            _image(axes, heatmap, raster, look, np.where(each.broken, 1.0, np.nan), cmap=ListedColormap([_RED]))
        ended = f" ✖ at {raster.ended:,}" if raster.ended is not None else ""
        axes.set_title(raster.variant + ended, loc="left", fontsize=9, color=_colour(raster.place))
        axes.grid(False)
        axes.set_xlabel("step")
    for axes in panels.flat[len(heatmap.rasters) :]:
        axes.set_axis_off()
    if image is not None:
        sheet.colorbar(image, ax=panels.ravel().tolist(), label=heatmap.note)


def _image(axes: Axes, heatmap: Heatmap, raster: Raster, look: Look, values: Array, **how: Any) -> Any:
    rows = len(values)
    low, high = (rows - 0.5, -0.5) if heatmap.labels else raster.edges or (0.0, 1.0)
    image = axes.imshow(
        values,
        aspect="auto",
        interpolation="nearest",
        origin="upper" if heatmap.labels else "lower",
        extent=(look.left, look.right, low, high if high != low else low + 1),
        **how,
    )
    if heatmap.labels:
        axes.set_yticks(range(rows), heatmap.labels)
    return image


def _own(raster: Raster) -> Raster:
    """The same, sharing nothing that the thread of the screen may be changing."""
    rows = tuple(Points(points.steps, points.values) for points in raster.rows)
    return Raster(raster.variant, raster.place, rows, raster.edges, raster.ended)


def _axes(sheet: Sheet, look: Look) -> Axes:
    axes = sheet.subplots()
    # The limits are those of the screen, set when all is drawn.
    axes.autoscale(False)
    if look.log:
        axes.set_yscale("log")
    return axes


def _seen(points: Points, look: Look) -> Points:
    """The points in sight and one to either side; sharing as little."""
    first = max(int(np.searchsorted(points.steps, look.left)) - 1 - look.window, 0)
    last = int(np.searchsorted(points.steps, look.right, side="right")) + 1
    return Points(points.steps[first:last], points.values[first:last])


def _style(place: int) -> dict[str, Any]:
    return {"color": _colour(place), "marker": _MARKERS[mark(place)]}


def _line(axes: Axes, variant: str, place: int, steps: Any, values: Any, *, ended: bool) -> None:
    """A curve with its variant's mark now and then, and a cross at its end if it diverged."""
    axes.plot(steps, values, label=variant or None, markevery=max(len(steps) // _MARKS, 1), **_style(place))
    finite = np.flatnonzero(np.isfinite(values))
    if ended and len(finite):
        axes.plot(steps[finite[-1]], values[finite[-1]], "X", color=_colour(place), markersize=8)


def _not_finite(axes: Axes, points: Points, place: int, look: Look) -> None:
    """A cross on the axis where a value was not finite."""
    steps = points.steps[~np.isfinite(points.values)].astype(np.int64)
    apart = max((look.right - look.left) // _NOT_FINITE, 1)
    _crosses(axes, steps[np.unique(steps // apart, return_index=True)[1]], place)


def _crosses(axes: Axes, places: Any, place: int) -> None:
    if len(places):
        axes.plot(places, 0 * places, "x", color=_colour(place), transform=axes.get_xaxis_transform(), clip_on=False)


def _steps(axes: Axes, look: Look) -> None:
    axes.set_xlim(look.left, look.right)
    axes.set_xlabel("step")


def _values(axes: Axes, figure: Figure, look: Look, parts: Sequence[Any]) -> None:
    """The y axis as on the screen."""
    values = np.concatenate([*parts, np.empty(0)]).astype(np.float64)
    scale = fit(values, None if look.zoomed else figure.limits, look.log, look.robust)
    axes.set_ylim(*((10.0**scale.low, 10.0**scale.high) if scale.log else (scale.low, scale.high)))


def _legend(sheet: Sheet, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    sheet.legend(handles, labels, loc="outside upper right", ncols=4, frameon=False)


_DRAWERS: Mapping[type, Callable[[Any, Any, Look], None]] = {
    Chart: _chart,
    Band: _band,
    Profile: _profile,
    Heatmap: _heatmap,
}
