"""Save the screen and its charts: where the files go, and what they are called."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from bntui.figures import matplotlib_figure, save
from bntui.tui.screens.pages import OTHER_PANES
from tests.tui.conftest import KEY_OF, checked, settle, text_of
from tests.tui.fake_source import FakeSource

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


@pytest.mark.parametrize("name", OTHER_PANES)
async def test_what_is_no_chart_is_saved_as_it_stands(saving, name):
    app, folder = saving
    async with app.run_test(size=SIZE) as pilot:
        await saved(pilot, KEY_OF[name])
    stem = {"mechanics": "by-hand"}.get(name, name)
    assert names(folder) == {f"screen-{stem}-430.svg", f"{stem}-430.svg"}
    ElementTree.fromstring((folder / f"{RUN}-{stem}-430.svg").read_text())


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

    monkeypatch.setattr(matplotlib_figure, "render", fail)
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
