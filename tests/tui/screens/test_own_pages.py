"""Pages that a preset or the settings name, special pages, and the keys and tabs of many pages."""

import pytest

from bntui.page_spec import PageSpec
from bntui.records import State
from bntui.tui.terminal.capabilities import DisplayOverrides
from bntui.tui.terminal.settings import SettingsFile
from bntui.views.page_catalogue import PAGES
from tests.tui.conftest import checked, settle, text_of
from tests.tui.fake_source import COLUMNS, ORDINARY_COLUMNS, FakeSource

MINE = PageSpec(name="mine", lines=[["loss", "drift", "claims"], ["scale", "accuracy"]])


def paged(*pages, columns=ORDINARY_COLUMNS):
    source = FakeSource(columns=columns)
    source.spec = source.spec.model_copy(update={"pages": pages})
    return source


def tabs_in(app):
    return text_of(app).split("\n")[app.screen._tabs.region.y]


async def test_a_presets_page_opens_first(app_of):
    async with app_of(paged(MINE, PageSpec(name="weight norms"))).run_test(size=(160, 40)) as pilot:
        await settle(pilot)
        assert "f1 mine  f2 norms  f3 overview" in tabs_in(pilot.app)
        shown = text_of(pilot.app)
        for text in ("train loss", "drift of conv1", "bn-faster", "activation scale", "train accuracy"):
            assert text in shown, text
        await pilot.press("f2")
        await settle(pilot)
        assert "probes.weight_norms.every=" in text_of(pilot.app)
        await pilot.press("f3")
        await settle(pilot)
        assert "effective β" in text_of(pilot.app)


async def test_pages_of_the_settings_stand_behind_those_of_the_preset(app_of, tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('[[pages]]\nname = "of the settings"\nlines = [["loss"]]\n')
    app = app_of(paged(MINE))
    app.apply_settings(SettingsFile(path), DisplayOverrides(), {})
    async with app.run_test(size=(160, 40)) as pilot:
        await settle(pilot)
        assert "f1 mine  f2 of the settings  f3 overview" in tabs_in(app)


async def test_special_pages_appear_when_the_run_is_known(app_of):
    source = FakeSource(State.LOADING)
    async with app_of(source).run_test(size=(220, 50)) as pilot:
        await pilot.press("f11", "f3")
        await settle(pilot)
        assert "norms" not in text_of(pilot.app)
        source.begin(100, COLUMNS)
        await settle(pilot)
        assert "f11" in tabs_in(pilot.app)
        assert pilot.app.screen.page_names[2] == ("f3", "landscape")
        assert [name for _, name in pilot.app.screen.page_names] == [page.name for page in PAGES]
        await pilot.press("f11")
        await settle(pilot)
        charts = [pane.title for pane in pilot.app.screen._page.panes]
        assert charts and all(title in text_of(pilot.app) for title in charts[:2])


async def test_keys_turn_the_pages_round(app_of):
    async with app_of(FakeSource(columns=ORDINARY_COLUMNS)).run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press(">")
        await settle(pilot)
        assert "drift of every layer" in text_of(pilot.app)
        await pilot.press("<", "<")
        await settle(pilot)
        assert "steps per second" in text_of(pilot.app)
        await pilot.press(">")
        await settle(pilot)
        assert "effective β" in text_of(pilot.app)


MANY = [PageSpec(name=f"page {letter}", lines=[["loss"]]) for letter in "abcdefgh"]


@pytest.mark.parametrize("width", [60, 80])
async def test_of_many_pages_the_tabs_about_the_current_one_are_shown(app_of, width):
    async with app_of(paged(*MANY, columns=COLUMNS)).run_test(size=(width, 24)) as pilot:
        await settle(pilot)
        pages = pilot.app.screen.page_names
        assert [key for key, _ in pages][11:13] == ["f12", ""]
        for index in (0, 11, 12, len(pages) - 1):
            pilot.app.screen.action_page(index)
            await settle(pilot)
            key, name = pages[index]
            tabs = tabs_in(pilot.app)
            assert f"{key or '·'} {name}" in tabs and len(tabs.rstrip()) <= width - 1
            # The tab behind it, or the one before it, opens its own page.
            other = index + 1 if index + 1 < len(pages) else index - 1
            at = tabs.index(name) + (len(name) + 2 if other > index else -5)
            await pilot.click("#tabs", offset=(at, 0))
            await settle(pilot)
            assert pilot.app.screen._page.spec.name == pages[other][1]


async def test_a_picture_is_named_after_its_page(app_of, tmp_path):
    source = paged(PageSpec(name="Mine / yours", lines=[["loss"]]))
    source.folder = tmp_path
    async with app_of(source).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("p")
        await checked(pilot)
        assert any("screen-mine-yours-430" in path.name for path in tmp_path.iterdir())
