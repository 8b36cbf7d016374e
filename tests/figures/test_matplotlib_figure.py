"""Every figure can be drawn by matplotlib, with the range, the colors and the scale of the screen."""

import subprocess
import sys
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from bntui.figures import matplotlib_figure
from bntui.run.series.history import Points
from bntui.views.chart import Chart, Series
from bntui.views.draw_options import DrawOptions, Seeds
from bntui.views.focus import Focus
from bntui.views.metric_curves import metric_curves
from bntui.views.metric_grid import metric_grid
from bntui.views.swept_key import swept_key, swept_keys
from bntui.views.variant_mark import color_on_light
from bntui.views.view_catalogue import VIEWS
from tests.sweep.made_points import points
from tests.tui.fake_seeds import merged_history
from tests.tui.fake_source import DIVERGED, LAYERS, FakeSource
from tests.views.test_metric_views import CASES


def options_for(figure, **how) -> DrawOptions:
    return DrawOptions(**{"right": 500, "log": figure.log, "window": getattr(figure, "window", 0), **how})


def figure_of(view):
    return VIEWS[view](FakeSource(notices=(DIVERGED,)).history, Focus(LAYERS[1], ended={"standard": 157}))


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_can_be_drawn(view):
    figure = figure_of(view)
    matplotlib_figure.draw(figure, options_for(figure), "caption").draw_without_rendering()


def test_every_kind_of_figure_is_a_picture_in_two_formats():
    kinds = {type(figure): figure for figure in map(figure_of, VIEWS)}
    assert len(kinds) > 5
    for figure in kinds.values():
        files = matplotlib_figure.render(figure, options_for(figure), "caption")
        ElementTree.fromstring(files["svg"])
        assert Image.open(BytesIO(files["png"])).size == (1280, 800)


@pytest.mark.parametrize("view", ["accuracy", "landscape", "drift_map", "distribution", "unit"])
def test_a_part_can_be_drawn_on_the_other_scale(view):
    figure = VIEWS[view](FakeSource().history, Focus(LAYERS[1]))
    options = options_for(figure, left=100, right=200, log=not figure.log, zoomed=True, robust=False)
    whole, part = (matplotlib_figure.render_as("svg", figure, each) for each in (options_for(figure), options))
    assert part != whole


@pytest.mark.parametrize("view", ["accuracy", "landscape", "drift_map"])
def test_drawing_again_gives_the_same_files(view):
    figure = VIEWS[view](FakeSource().history, Focus(LAYERS[1]))
    first, second = (matplotlib_figure.render(figure, options_for(figure), "caption") for _ in range(2))
    assert first == second


@pytest.mark.parametrize("view", ["loss", "beta", "landscape", "scale", "drift_map"])
def test_several_seeds_can_be_drawn_in_every_way(view):
    merged = merged_history(seeds=2, ended={1: 60})
    figure = VIEWS[view](merged, Focus(LAYERS[1], lost={"standard": (60,)}))
    drawn = {
        how: matplotlib_figure.render_as("svg", figure, options_for(figure, right=120, seeds=how), "caption")
        for how in Seeds
    }
    assert len(set(drawn.values())) == (1 if view == "drift_map" else 2 if view == "landscape" else 3)


@pytest.mark.parametrize("case", CASES)
def test_metrics_of_every_sweep_can_be_drawn(case):
    keys = swept_keys(CASES[case]) or (swept_key("optimizer.lr", []),)
    for figure in (
        metric_curves(CASES[case], "steps-to-90", keys[0], {}),
        metric_grid(CASES[case], "final-accuracy", keys[0], keys[-1], {}),
    ):
        for log in (False, True):
            matplotlib_figure.draw(figure, options_for(figure, log=log), "caption").draw_without_rendering()


def test_a_drawn_sweep_names_its_key_its_values_and_its_variants():
    (key,) = swept_keys(points())
    figure = metric_curves(points(), "final-accuracy", key, {})
    text = matplotlib_figure.render_as("svg", figure, options_for(figure)).decode()
    assert all(f"<!-- {name} -->" in text for name in ("optimizer.lr", *key.labels, "standard", "bn", "noisy"))


def test_the_drawing_shows_the_visible_steps_and_every_variant_in_its_color():
    source = FakeSource()
    figure = VIEWS["accuracy"](source.history, Focus())
    options = options_for(figure, left=100, right=120, zoomed=True)
    text = matplotlib_figure.render_as("svg", figure, options, "the caption").decode()
    for style_index, variant in enumerate(("standard", "bn", "noisy")):
        assert f"<!-- {variant} -->" in text and color_on_light(style_index) in text
    assert "<!-- the caption -->" in text and "<!-- 110.0 -->" in text and "<!-- 400 -->" not in text


@pytest.mark.parametrize(
    "values",
    [[1.0], [0.0, 0.0], [-1.0, -2.0], [float("nan")], [float("inf"), 1.0, float("-inf")], [1e-38, 3e38]],
)
@pytest.mark.parametrize("log", [False, True])
def test_values_of_all_kinds_can_be_drawn(values, log):
    points = Points(np.arange(len(values), dtype=np.int32), np.array(values, np.float32))
    chart = Chart(title="x", series=(Series("a", 0, points, ended=0), Series("b", 1)), steps=10, window=25)
    assert matplotlib_figure.render(chart, options_for(chart, log=log, right=10), "")["png"]


def test_matplotlib_is_imported_only_to_draw():
    code = "import sys, bntui.tui.app, bntui.figures.matplotlib_figure; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
