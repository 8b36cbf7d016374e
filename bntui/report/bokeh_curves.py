"""Figures with curves as Bokeh plots; the caller passes Bokeh's models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bntui.report.bokeh_models import SharedModels
from bntui.report.chart_html import colored_mark
from bntui.report.drawn_curves import Drawing, DrawnCurve
from bntui.views.axis_scale import Scale
from bntui.views.smooth import Array
from bntui.views.ticks import Tick
from bntui.views.variant_mark import ABSENT, color_on_light, mark

_MARKERS = {
    "●": "circle",
    "▲": "triangle",
    "■": "square",
    "◆": "diamond",
    "✚": "plus",
    "★": "star",
    "▼": "inverted_triangle",
    "◉": "circle_dot",
    "✦": "square_pin",
}
_TINY = 1e-37
"""Stands for values ≤ 0 in areas on a logarithmic axis: so far below it that the area reaches its lower end."""


def draw_curves(shared: SharedModels, drawings: Mapping[str, Drawing], log: bool) -> Any:
    """Return a plot of the first of some drawings; its tags hold the data and the scales of all."""
    first = next(iter(drawings.values()))
    plot = _plot(shared, first, log)
    sources = {layer: _Sources(shared.models, drawing) for layer, drawing in drawings.items()}
    shown = sources[next(iter(drawings))]
    live = shared.models.ColumnDataSource(data=shown.curves), shared.models.ColumnDataSource(data=shown.marks)
    for number, curve in enumerate(first.curves):
        roles = {role for drawing in drawings.values() for role in _roles(drawing.curves[number])}
        _add_glyphs(shared.models, plot, live, number, curve, roles)
    _add_hover(shared, plot, live[0], first)
    layers = {
        layer: {
            "curves": each.curves if len(drawings) > 1 else {},
            "marks": each.marks if len(drawings) > 1 else {},
            "linear": _ends(drawings[layer].linear),
            "log": _ends(drawings[layer].logarithmic),
        }
        for layer, each in sources.items()
    }
    plot.tags = [{"layers": layers, "log": log, "live": live, **shared.axes}]
    return plot


def _plot(shared: SharedModels, drawing: Drawing, log: bool) -> Any:
    models = shared.models
    scale = drawing.logarithmic if log and drawing.logarithmic else drawing.linear
    low, high = _ends(scale) or (0.0, 1.0)
    log = scale.log
    plot = shared.plot(
        x_range=shared.step_range(drawing.left, drawing.right)
        if not drawing.key
        else models.Range1d(start=drawing.left, end=drawing.right),
        y_range=models.Range1d(start=low, end=high, reset_start=low, reset_end=high),
        y_scale=models.LogScale() if log else models.LinearScale(),
        height=230,
    )
    if drawing.key:
        ticks = drawing.ticks or list(map(Tick, drawing.places, drawing.names))
        places, names = [tick.value for tick in ticks], [tick.label for tick in ticks]
        shared.add_names(plot, places, names, "below", drawing.key)
    else:
        shared.add_step_axis(plot)
    axis = models.LinearAxis(ticker=shared.axes["tickers"][log], formatter=shared.axes["formatters"][log])
    shared.add_axis(plot, axis, "left")
    plot.extra_y_ranges = {"frame": shared.frame_range}
    plot.extra_y_scales = {"frame": models.LinearScale()}
    return plot


def _ends(scale: Scale | None) -> tuple[float, float] | None:
    if scale is None:
        return None
    return (10.0**scale.low, 10.0**scale.high) if scale.log else (scale.low, scale.high)


# Data


class _Sources:
    """The columns of a drawing: points of curves, and points with marks."""

    def __init__(self, models: Any, drawing: Drawing) -> None:
        places = np.unique(np.concatenate([curve.readings.x for curve in drawing.curves] or [np.empty(0)]))
        if drawing.key:
            places = drawing.places
        columns: dict[str, Any] = {"x": places, "at": np.ones(len(places))}
        marks: dict[str, Array] = {}
        for number, curve in enumerate(drawing.curves):
            columns |= _curve_columns(curve, number, places)
            marks |= _mark_columns(curve, number)
        self.curves = _padded(columns)
        if drawing.key:
            length = len(self.curves["x"])
            texts = {f"text{number}": list(curve.texts) for number, curve in enumerate(drawing.curves)}
            for name, column in {"name": list(drawing.names), **texts}.items():
                self.curves[name] = [*column, *[""] * (length - len(column))]
        self.marks = _padded(marks)


def _curve_columns(curve: DrawnCurve, number: int, places: Array) -> dict[str, Array]:
    low = curve.area.low
    at = np.searchsorted(places, curve.readings.x)
    first, second = np.full(len(places), np.nan), np.full(len(places), np.nan)
    first[at], second[at] = curve.readings.low, curve.readings.high
    columns = {
        "line_x": curve.line.x,
        "line": curve.line.y,
        "thin_x": curve.thin.x,
        "thin": curve.thin.y,
        "dotted_x": curve.dotted.x,
        "dotted": curve.dotted.y,
        "area_x": curve.area.x,
        "low": low,
        # Equal arrays are stored once.
        "floor": np.where(low > 0, low, np.where(np.isfinite(low), _TINY, np.nan)),
        "high": curve.area.high,
        "first": first,
        "second": second,
    }
    return {f"{role}{number}": column for role, column in columns.items()}


def _mark_columns(curve: DrawnCurve, number: int) -> dict[str, Array]:
    columns = {
        "marks_x": curve.marks.x,
        "marks": curve.marks.y,
        "crosses_x": curve.crosses.x,
        "crosses": curve.crosses.y,
        "outside": curve.outside,
        "diverged": curve.diverged,
        "absent": curve.absent,
    }
    return {f"{role}{number}": column for role, column in columns.items()}


def _padded(columns: Mapping[str, Array]) -> dict[str, Any]:
    """Return columns of equal lengths; the missing values of shorter ones are NaN."""
    length = max(map(len, columns.values()), default=0)
    with np.errstate(over="ignore"):
        return {
            name: np.concatenate([column, np.full(length - len(column), np.nan)]).astype(np.float32)
            for name, column in columns.items()
        }


# Glyphs


def _roles(curve: DrawnCurve) -> set[str]:
    """Return what there is to draw of a curve."""
    lengths = {
        "thin": len(curve.thin.x),
        "dotted": len(curve.dotted.x),
        "area": len(curve.area.x),
        "crosses": len(curve.crosses.x),
        "outside": len(curve.outside),
        "diverged": len(curve.diverged),
        "absent": len(curve.absent),
    }
    return {role for role, length in lengths.items() if length}


def _add_glyphs(models: Any, plot: Any, live: tuple[Any, Any], number: int, curve: DrawnCurve, roles: set[str]) -> None:
    """Add all that is drawn of a variant, what lies below first; `tags` give its number and its style."""
    color, index = color_on_light(curve.style_index), curve.style_index

    def add(role: str, source: Any, glyph: Any, **options: Any) -> None:
        if role in roles:
            plot.add_glyph(source, glyph, name=role, tags=[number, index], **options)

    def line(role: str, **style: Any) -> Any:
        return models.Line(x=f"{role}_x{number}", y=f"{role}{number}", line_color=color, **style)

    def scatter(x: str, y: Any, marker: str, **style: Any) -> Any:
        return models.Scatter(
            x=f"{x}{number}", y=y, marker=marker, line_color=color, fill_color=color, **{"size": 7, **style}
        )

    curves, marks = live
    roles = roles | {"line", "marks"}
    low = "floor" if isinstance(plot.y_scale, models.LogScale) else "low"
    area = models.VArea(x=f"area_x{number}", y1=f"{low}{number}", y2=f"high{number}", fill_color=color, fill_alpha=0.18)
    add("area", curves, area)
    add("thin", curves, line("thin", line_width=0.7, line_alpha=0.35))
    add("dotted", curves, line("dotted", line_width=1.6, line_dash="dotted"))
    add("line", curves, line("line", line_width=1.6))
    turned = np.pi / 4 if mark(index) == "✦" else 0.0
    add("marks", marks, scatter("marks_x", f"marks{number}", _MARKERS[mark(index)], angle=turned))
    add("crosses", marks, scatter("crosses_x", f"crosses{number}", "x", size=10, line_width=3))
    on_frame: dict[str, Any] = {"y_range_name": "frame"}
    add("outside", marks, scatter("outside", 0.0, "x", line_width=1.5), **on_frame)
    add("diverged", marks, scatter("diverged", 0.96, "x", size=8, line_width=2.5), **on_frame)
    arrow = {"text": {"value": ABSENT}, "text_align": "center", "text_baseline": "middle", "text_font_size": "13px"}
    add("absent", marks, models.Text(x=f"absent{number}", y=0.96, text_color=color, **arrow), **on_frame)


def _add_hover(shared: SharedModels, plot: Any, source: Any, drawing: Drawing) -> None:
    """Add the values of all variants at the place of the pointer."""
    models = shared.models
    # An invisible line that has a point at each place that can be read.
    line = plot.add_glyph(source, models.Line(x="x", y="at", line_alpha=0.0))
    rows = [f"<b>{'@name' if drawing.key else 'step @x{0,0}'}</b>"]
    rows += [
        f"<div>{colored_mark(curve.style_index)} @at{{{number}}}</div>" for number, curve in enumerate(drawing.curves)
    ]
    # The names of variants are not in the template, where they could be taken for HTML or placeholders.
    reading = models.CustomJSHover(
        args={"source": source, "names": [curve.variant for curve in drawing.curves], "form": drawing.readings},
        code="return charts.reading(source, special_vars.index, names, form, Number(format))",
    )
    plot.toolbar.tools.append(
        models.HoverTool(
            renderers=[line],
            tooltips="".join(rows),
            formatters={"@at": reading},
            mode="vline",
            line_policy="nearest",
            point_policy="follow_mouse",
            show_arrow=False,
            limit=1,
        )
    )
