"""Draw figures with Bokeh, for one page that needs nothing else; the only module that imports it, which is optional."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bntui.records import UserError
from bntui.report.bokeh_curves import draw_curves
from bntui.report.bokeh_maps import draw_heatmaps, draw_metric_grids, palette
from bntui.report.bokeh_matrices import draw_matrices
from bntui.report.bokeh_models import GREY, SharedModels
from bntui.report.chart_csv import ChartData, chart_csv
from bntui.report.chart_html import Shown, chart_html, data_html
from bntui.report.drawn_curves import Drawing
from bntui.report.drawn_places import draw_metric_curves, draw_profile, draw_scan
from bntui.report.drawn_steps import draw_band, draw_chart
from bntui.views.band import Band
from bntui.views.chart import Chart
from bntui.views.draw_options import DrawOptions
from bntui.views.figure import Figure
from bntui.views.heatmap import Heatmap
from bntui.views.matrix import Matrix
from bntui.views.metric_curves import MetricCurves
from bntui.views.metric_grid import MetricGrid
from bntui.views.profile import Profile
from bntui.views.scan import Scan
from bntui.views.variant_mark import COLORS_ON_DARK, COLORS_ON_LIGHT

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class ChartRequest:
    """A chart to draw: `figures` by the layers that the reader can choose, {'': figure} where there is no choice.

    `id` is unique in the page and consists of letters, digits and hyphens.
    """

    id: str
    figures: Mapping[str, Figure]
    options: DrawOptions
    layer: str = ""
    """The layer that is shown first; the first one by default."""
    export: str = ""
    """The command that exports all data, for charts with more than a page can hold."""

    @property
    def first(self) -> str:
        """The layer that is shown first."""
        return self.layer if self.layer in self.figures else next(iter(self.figures))


@dataclass(frozen=True, slots=True)
class DrawnCharts:
    """The parts of a page with charts: the HTML of each by its id, and what draws them.

    `script` is the content of one `<script>` at the end of the body, after `library`, that of another one; `style`
    that of a `<style>`.
    """

    divs: Mapping[str, str]
    script: str
    library: str
    style: str


def available() -> bool:
    """Return whether Bokeh is installed."""
    return find_spec("bokeh") is not None


def check_available() -> None:
    """Raise UserError where Bokeh is not installed."""
    if not available():
        raise UserError("reports need Bokeh; install it with: pip install 'bntui[report]'")


def draw_charts(requests: Iterable[ChartRequest]) -> DrawnCharts:
    """Draw all charts of a page; those with an axis of steps share the cursor and, if these are the same, the steps.

    Raises UserError where Bokeh is not installed.
    """
    check_available()
    from bokeh import models
    from bokeh.resources import Resources

    shared = SharedModels(models)
    roots: list[Any] = []
    divs, charts = {}, []
    for request in requests:
        plots = _plots(shared, request)
        roots += plots
        data = chart_csv(request.figures) if plots else None
        charts.append({"id": request.id, "plots": [plot.id for plot in plots], "csv": _packed(data)})
        heights = tuple(plot.height for plot in plots)
        shown = Shown(request.id, request.figures, request.first, request.options, heights)
        divs[request.id] = chart_html(shown, data_html(data, request.export) if data else "")
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    library = Resources(mode="inline", components=["bokeh"]).js_raw[0]
    return DrawnCharts(
        divs,
        f"{script}\ncharts.draw({_json(charts)}, {_stored(roots)}, {_json(_theme(False))}, {_json(_theme(True))});\n",
        library,
        _style(),
    )


def _packed(data: ChartData | None) -> str:
    """Return the CSV compressed, as base64."""
    # The same data give the same page.
    return b64encode(gzip.compress(data.text.encode(), 6, mtime=0)).decode() if data else ""


def _style() -> str:
    """Return the style of charts, with the colors of variants as `--color0`, `--color1`, …"""
    light, dark = (
        " ".join(f"--color{index}: {color};" for index, color in enumerate(colors))
        for colors in (COLORS_ON_LIGHT, COLORS_ON_DARK)
    )
    return (_HERE / "charts.css").read_text(
        encoding="utf-8"
    ) + f":root {{ {light} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


def _plots(shared: SharedModels, request: ChartRequest) -> list[Any]:
    """Return the plots of the layers that were measured, the one to show first as the first one."""
    order = sorted(request.figures, key=lambda layer: layer != request.first)
    figures = {layer: request.figures[layer] for layer in order if request.figures[layer].measured}
    return _DRAWERS[type(next(iter(figures.values())))](shared, figures, request.options) if figures else []


def _draw(
    draw: Callable[[Any, DrawOptions], Drawing],
    shared: SharedModels,
    figures: Mapping[str, Figure],
    options: DrawOptions,
) -> list[Any]:
    return [draw_curves(shared, {layer: draw(figure, options) for layer, figure in figures.items()}, options.log)]


_DRAWERS: Mapping[type, Callable[[SharedModels, Mapping[str, Any], DrawOptions], list[Any]]] = {
    Chart: partial(_draw, draw_chart),
    Band: partial(_draw, draw_band),
    Profile: partial(_draw, draw_profile),
    Scan: partial(_draw, draw_scan),
    MetricCurves: partial(_draw, draw_metric_curves),
    Heatmap: draw_heatmaps,
    Matrix: draw_matrices,
    MetricGrid: draw_metric_grids,
}


def _theme(dark: bool) -> dict[str, Any]:
    """Return the colors on a light or on a dark background."""
    return {
        "colors": COLORS_ON_DARK if dark else COLORS_ON_LIGHT,
        "ramp": palette(dark),
        "signed": palette(dark, diverging=True),
        # On the colors of small and of large values.
        "ink": ["#ffffff", "#000000"] if dark else ["#000000", "#ffffff"],
        "error": "#ff6b6b" if dark else "#b3261e",
        "cursor": "#9198a1" if dark else GREY,
    }


def _stored(roots: Sequence[Any]) -> str:
    """Return a document of these models as JSON, and a list of its arrays; each is stored once, others are its place.

    A `Document` would walk through all models several times.
    """
    import bokeh
    from bokeh.core.serialization import Serializer

    arrays: dict[bytes, int] = {}
    encoded: list[str] = []

    def place(buffer: Any) -> int:
        content = buffer.to_bytes()
        if content not in arrays:
            arrays[content] = len(encoded)
            encoded.append(buffer.to_base64())
        return arrays[content]

    document = {"version": bokeh.__version__, "title": "", "roots": Serializer(deferred=True).encode(roots)}
    return f"{_json(document, place)}, {_json(encoded)}"


def _json(content: Any, default: Callable[[Any], Any] | None = None) -> str:
    """Return JSON that can stand in a `<script>`, in ASCII: no text in it controls a terminal or cannot be encoded."""
    return json.dumps(content, separators=(",", ":"), default=default).replace("<", "\\u003c")
