"""Every kind of figure becomes a chart of a page, whatever was measured."""

import base64
import gzip
import json
import re

import numpy as np
import pytest

from bntui.records import UserError
from bntui.report.bokeh_page import ChartRequest, DrawnCharts, draw_charts
from bntui.report.drawn_steps import draw_band, draw_chart
from bntui.run.series.history import Points
from bntui.views.band import Band, Span
from bntui.views.chart import Chart, Series
from bntui.views.draw_options import DrawOptions, Seeds, default_options
from bntui.views.focus import Focus
from bntui.views.metric_curves import metric_curves
from bntui.views.metric_grid import metric_grid
from bntui.views.swept_key import swept_key, swept_keys
from bntui.views.variant_mark import COLORS_ON_DARK, COLORS_ON_LIGHT, color_on_light
from bntui.views.view_catalogue import VIEWS
from tests.tui.fake_seeds import merged_history
from tests.tui.fake_source import DIVERGED, LAYERS, FakeSource
from tests.views.test_metric_views import CASES

HOSTILE = "</script><script>\"'\\ \u2028 $$x$$ &amp;"


def drawn(figure, **options) -> DrawnCharts:
    defaults = {"right": 500, "log": figure.log, "window": getattr(figure, "window", 0)}
    return draw_charts([ChartRequest("chart", {"": figure}, DrawOptions(**{**defaults, **options}))])


def data_of(charts: DrawnCharts) -> tuple[list, dict, list]:
    """Return what the script draws: the charts, the document, its arrays; and check that it can stand in a page."""
    assert "</script" not in charts.script.lower() and not re.search("[\u2028\u2029]", charts.script)
    call = charts.script.rpartition("charts.draw(")[2].removesuffix(");\n")
    return tuple(json.loads(f"[{call}]"))[:3]


def array_of(stored: dict, arrays: list) -> np.ndarray:
    content = gzip.decompress(base64.b64decode(arrays[stored["array"]["data"]]))
    return np.frombuffer(content, stored["dtype"]).reshape(stored["shape"])


def chart_of(*curves: list[float], **fields) -> Chart:
    series = tuple(
        Series(f"v{index}", index, Points(np.arange(len(values), dtype=np.int32), np.array(values, np.float32)))
        for index, values in enumerate(curves)
    )
    return Chart(**{"title": "x", "series": series, "steps": 500, **fields})


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_can_be_drawn(view):
    source = FakeSource(notices=(DIVERGED,))
    figures = {
        layer: VIEWS[view](source.history, Focus(layer, ended={"standard": 157}))
        for layer in (LAYERS if VIEWS[view].per_layer else ("",))
    }
    options = default_options(next(iter(figures.values())), 1000)
    charts = draw_charts([ChartRequest("chart", figures, options)])
    ((chart,), document, arrays) = data_of(charts)
    assert chart["id"] == "chart" and len(document["roots"]) == len(chart["plots"]) >= 1 and len(arrays) > 0
    assert charts.divs["chart"].count('class="plot"') == len(chart["plots"])


def test_curves_have_the_colors_and_the_marks_of_the_screen():
    source = FakeSource(notices=(DIVERGED,))
    figure = VIEWS["beta"](source.history, Focus(ended={"standard": 157}))
    charts = drawn(figure)
    _, document, arrays = data_of(charts)
    renderers = [each["attributes"] for each in document["roots"][0]["attributes"]["renderers"]]
    lines = [each["glyph"]["attributes"] for each in renderers if each.get("name") == "line"]
    marks = [each["glyph"]["attributes"] for each in renderers if each.get("name") == "marks"]
    assert [line["line_color"] for line in lines] == [color_on_light(index) for index in range(3)]
    assert [mark.get("marker", {"value": "circle"})["value"] for mark in marks] == ["circle", "triangle", "square"]
    assert [each["tags"] for each in renderers if each.get("name") == "crosses"] == [[0, 0]]
    live = dict(document["roots"][0]["attributes"]["tags"][0]["entries"])["live"]
    data = dict(live[0]["attributes"]["data"]["entries"])
    for number, series in enumerate(figure.series):
        line = array_of(data[f"line{number}"], arrays)
        assert np.array_equal(line[: len(series.values)], series.values)
        assert np.isnan(line[len(series.values) :]).all()
    assert all(color in charts.style for color in (*COLORS_ON_LIGHT, *COLORS_ON_DARK))


def test_long_curves_keep_their_extremes_and_ends():
    values = np.random.default_rng(0).standard_normal(100_000).astype(np.float32)
    drawing = draw_chart(chart_of(list(values), steps=100_000), DrawOptions(right=100_000, log=False))
    (curve,) = drawing.curves
    steps = curve.line.x.astype(int)
    assert len(steps) <= 1002 and {0, 99_999, int(values.argmin()), int(values.argmax())} <= set(steps)
    assert np.array_equal(curve.line.y.astype(np.float32), values[steps])


def test_long_ranges_keep_their_extremes_and_ends():
    low, high = np.sort(np.random.default_rng(0).standard_normal((2, 100_000)), axis=0).astype(np.float32)
    steps = np.arange(100_000, dtype=np.int32)
    band = Band(spans=(Span("a", 0, Points(steps, low), Points(steps, high)),), steps=100_000)
    (curve,) = draw_band(band, DrawOptions(right=100_000, log=False)).curves
    x, lowest, highest = curve.area
    assert len(x) <= 502 and (lowest.min(), highest.max()) == (low.min(), high.max())
    assert [(x[at], lowest[at], highest[at]) for at in (0, -1)] == [(at % 100_000, low[at], high[at]) for at in (0, -1)]


def test_equal_arrays_are_stored_once():
    figure = chart_of([1.0, 2.0, 3.0])
    requests = [ChartRequest(name, {"": figure}, DrawOptions(right=3, log=False)) for name in "ab"]
    assert data_of(draw_charts(requests))[2] == data_of(draw_charts(requests[:1]))[2]


def test_charts_of_the_same_steps_share_them():
    figures = [chart_of([1.0, 2.0]), chart_of([2.0, 3.0])]
    requests = [ChartRequest(f"c{i}", {"": each}, DrawOptions(right=3, log=False)) for i, each in enumerate(figures)]
    _, document, _ = data_of(draw_charts(requests))
    first, second = (plot["attributes"]["x_range"] for plot in document["roots"])
    assert second == {"id": first["id"]}


def test_a_missing_bokeh_is_named(monkeypatch):
    monkeypatch.setattr("bntui.report.bokeh_page.find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"reports need Bokeh; install it with: pip install 'bntui\[report\]'"):
        draw_charts([])


@pytest.mark.parametrize("view", ["loss", "beta", "landscape", "scale", "drift_map"])
def test_several_seeds_can_be_drawn_in_every_way(view):
    merged = merged_history(seeds=2, ended={1: 60})
    figure = VIEWS[view](merged, Focus(LAYERS[1], lost={"standard": (60,)}))
    drawings = {how: data_of(drawn(figure, right=120, seeds=how)) for how in Seeds}
    assert len({len(arrays) for *_, arrays in drawings.values()}) == (
        1 if view == "drift_map" else 2 if view == "landscape" else 3
    )


@pytest.mark.parametrize("case", CASES)
def test_metrics_of_every_sweep_can_be_drawn(case):
    keys = swept_keys(CASES[case]) or (swept_key("optimizer.lr", []),)
    for figure in (
        metric_curves(CASES[case], "steps-to-90", keys[0], {}),
        metric_grid(CASES[case], "final-accuracy", keys[0], keys[-1], {}),
    ):
        for log in (False, True):
            data_of(drawn(figure, log=log))


@pytest.mark.parametrize(
    "values",
    [[], [1.0], [0.0, 0.0], [-1.0, -2.0], [float("nan")], [float("inf"), 1.0, float("-inf")], [1e-38, 3e38]],
)
@pytest.mark.parametrize("log", [False, True])
def test_values_of_all_kinds_can_be_drawn(values, log):
    data_of(drawn(chart_of(values, [], log=log, window=25)))


def test_names_are_text_everywhere():
    chart = chart_of([1.0, 2.0], title=HOSTILE, note=HOSTILE, empty=HOSTILE)
    series = tuple(Series(HOSTILE, each.style_index, each.points) for each in chart.series)
    named = Chart(title=HOSTILE, note=HOSTILE, series=series, steps=500)
    charts = draw_charts([ChartRequest("chart", {HOSTILE: named, "b": named}, DrawOptions(right=10, log=False))])
    data_of(charts)
    assert "<script" not in charts.divs["chart"] and "&lt;/script&gt;" in charts.divs["chart"]
