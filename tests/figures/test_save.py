"""Pictures to keep: where they go, what they are, and that every figure can be drawn."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from bntui.figures import matplotlib_figure, save
from bntui.run.series.history import Points
from bntui.tui.charts.frame import DrawOptions
from bntui.tui.charts.palette import styles_for
from bntui.views.chart import Chart, Series
from bntui.views.focus import Focus
from bntui.views.view_catalogue import VIEWS
from tests.tui.conftest import checked, settle, text_of
from tests.tui.fake_source import DIVERGED, LAYERS, FakeSource

SIZE = (120, 36)
RUN = "20260102-030405-noisy"


@pytest.fixture
def saving(app_of, tmp_path):
    """An app whose run has a folder that can be written."""
    source = FakeSource()
    source.folder = tmp_path / "run"
    source.folder.mkdir()
    return app_of(source), source.folder


async def saved(pilot, *keys):
    """What the screen says after these keys and `p`, without its line breaks."""
    await settle(pilot)
    await pilot.press(*keys, "p")
    await checked(pilot)
    return " ".join(text_of(pilot.app).split())


def names(folder: Path) -> set[str]:
    return {each.name.removeprefix(f"{RUN}-") for each in folder.iterdir()}


async def test_screen_and_chart_are_saved_in_the_runs_folder(saving):
    app, folder = saving
    async with app.run_test(size=SIZE) as pilot:
        said = await saved(pilot)
    assert names(folder) == {"screen-overview-430.svg", "train-accuracy-430.svg", "train-accuracy-430.png"}
    assert f"saved in {folder}" in said
    assert all(name in said for name in names(folder))
    screen = (folder / f"{RUN}-screen-overview-430.svg").read_text()
    ElementTree.fromstring(screen)
    assert "effective" in screen
    with Image.open(folder / f"{RUN}-train-accuracy-430.png") as image:
        assert image.size == (1280, 800)


async def test_the_name_says_the_layer_and_the_steps_in_sight(saving):
    app, folder = saving
    async with app.run_test(size=SIZE) as pilot:
        await saved(pilot, "tab", "right_square_bracket", "plus")
    assert "drift-of-conv2-200-to-450-430.svg" in names(folder)


@pytest.mark.parametrize(("key", "name"), [("f8", "claims"), ("f9", "mechanics")])
async def test_what_is_no_chart_is_saved_as_it_stands(saving, key, name):
    app, folder = saving
    async with app.run_test(size=SIZE) as pilot:
        await saved(pilot, key)
    assert names(folder) == {f"screen-{name}-430.svg", f"{name}-430.svg"}
    ElementTree.fromstring((folder / f"{RUN}-{name}-430.svg").read_text())


async def test_without_matplotlib_the_chart_is_cut_out_of_the_screen(saving, monkeypatch):
    monkeypatch.setattr(matplotlib_figure, "find_spec", lambda name: None)
    app, folder = saving
    async with app.run_test(size=SIZE) as pilot:
        said = await saved(pilot)
    assert names(folder) == {"screen-overview-430.svg", "train-accuracy-430.svg"}
    assert "pip install 'bntui[figures]'" in said
    chart = (folder / f"{RUN}-train-accuracy-430.svg").read_text()
    assert "accuracy" in chart and "effective" not in chart


@pytest.mark.parametrize("folder", [Path("/proc/none"), None])
async def test_where_the_folder_cannot_be_written_the_current_one_is(app_of, tmp_path, monkeypatch, folder):
    monkeypatch.chdir(tmp_path)
    source = FakeSource()
    source.folder = folder
    async with app_of(source).run_test(size=SIZE) as pilot:
        said = await saved(pilot)
    assert len(names(tmp_path)) == 3
    assert f"saved in {tmp_path}" in said
    assert ("because /proc/none cannot be written" in said) == (folder is not None)


async def test_what_cannot_be_written_anywhere_is_said(app_of, monkeypatch):
    monkeypatch.setattr(save.Path, "cwd", lambda: Path("/proc/here"))
    source = FakeSource()
    source.folder = Path("/proc/none")
    async with app_of(source).run_test(size=SIZE) as pilot:
        assert "pictures not written: /proc/here: cannot be written" in await saved(pilot)


async def test_a_drawing_that_fails_ends_nothing(saving, monkeypatch):
    def fail(*_):
        raise ValueError("no ink")

    monkeypatch.setattr(matplotlib_figure, "drawn", fail)
    app, _ = saving
    async with app.run_test(size=SIZE) as pilot:
        assert "pictures not written: no ink" in await saved(pilot)
        assert pilot.app.is_running


async def test_the_steps_in_sight_are_exported(app_of):
    source = FakeSource()
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("E", "plus", "E", "e")
        await checked(pilot)
        assert [call for call in source.calls if "export" in call] == ["export", "export 200 to 450", "export"]


# Drawings


def options_for(figure, **how) -> DrawOptions:
    return DrawOptions(**{"right": 500, "log": figure.log, "window": getattr(figure, "window", 0), **how})


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_can_be_drawn(view):
    source = FakeSource(notices=(DIVERGED,))
    figure = VIEWS[view](source.history, Focus(LAYERS[1], ended={"standard": 157}))
    found = matplotlib_figure.drawn(figure, options_for(figure), "caption")
    ElementTree.fromstring(found["svg"])
    assert Image.open(BytesIO(found["png"])).size == (1280, 800)
    assert matplotlib_figure.drawn(figure, options_for(figure), "caption") == found
    zoomed = matplotlib_figure.drawn(
        figure, options_for(figure, left=100, right=200, log=not figure.log, zoomed=True, robust=False), ""
    )
    assert zoomed["svg"] != found["svg"]


def test_the_drawing_shows_the_steps_in_sight_and_every_variant_in_its_colour():
    source = FakeSource()
    figure = VIEWS["accuracy"](source.history, Focus())
    text = matplotlib_figure.drawn(figure, options_for(figure, left=100, right=120, zoomed=True), "the caption")[
        "svg"
    ].decode()
    styles = styles_for((255, 255, 255), (0, 0, 0), dark=False, accent="#000000")
    for style_index, variant in enumerate(("standard", "bn", "noisy")):
        assert f"<!-- {variant} -->" in text and styles.variant(style_index).color.triplet.hex in text
    assert "<!-- the caption -->" in text and "<!-- 110.0 -->" in text and "<!-- 400 -->" not in text


@pytest.mark.parametrize(
    "values",
    [[1.0], [0.0, 0.0], [-1.0, -2.0], [float("nan")], [float("inf"), 1.0, float("-inf")], [1e-38, 3e38]],
)
@pytest.mark.parametrize("log", [False, True])
def test_values_of_all_kinds_can_be_drawn(values, log):
    points = Points(np.arange(len(values), dtype=np.int32), np.array(values, np.float32))
    chart = Chart(title="x", series=(Series("a", 0, points, ended=0), Series("b", 1)), steps=10, window=25)
    assert matplotlib_figure.drawn(chart, options_for(chart, log=log, right=10), "")["png"]


def test_matplotlib_is_imported_only_to_draw():
    code = "import sys, bntui.tui.app, bntui.figures.matplotlib_figure; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
