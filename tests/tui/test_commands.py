"""The command palette finds and runs the commands of keys, presets, themes and runs."""

from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.widgets import Input

from bntui.records import UserError
from bntui.run.storage import folders
from bntui.tui.app import DashboardApp
from bntui.tui.commands import Commands
from bntui.tui.screens.dashboard import DashboardScreen
from tests.tui.conftest import ORDINARY_PAGES, settle, text_of
from tests.tui.fake_source import FakeSource, spec_of
from tests.tui.screens.test_runs import run_in

SIZE = (120, 36)


@pytest.fixture
def app(tmp_path: Path):
    """An app with a training run, two finished ones, two presets and an invalid one."""
    for preset in ("first", "second"):
        run_in(tmp_path, preset)
    source = FakeSource()
    presets = [spec_of(), spec_of(name="other"), UserError("mine.toml: broken")]
    yield DashboardApp(lambda _: source, spec_of(), lambda: presets, tmp_path)
    source.release()


async def found(app: DashboardApp, query: str = "") -> list[str]:
    """Return the names of the commands that the palette offers for a text, best first."""
    commands = Commands(app.screen)
    await commands.startup()
    hits = [hit async for hit in (commands.search(query) if query else commands.discover())]
    return [str(hit.text) for hit in sorted(hits, key=lambda hit: -hit.score)]


async def do(pilot, query: str) -> None:
    """Type into the palette and run the best command."""
    await pilot.press("ctrl+p")
    await pilot.pause()
    assert isinstance(pilot.app.screen, CommandPalette)
    pilot.app.screen.query_one(Input).value = query
    await pilot.pause()
    searching = [each for each in pilot.app.workers if each.node is pilot.app.screen and not each.is_finished]
    # An empty list would wait for all workers, the training included.
    if searching:
        await pilot.app.workers.wait_for_complete(searching)
    await pilot.pause()
    await pilot.press("enter")
    await pilot.pause()


async def test_all_commands_are_offered(app):
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        offered = await found(app)
        # Those of several seeds are not offered for one run.
        keys = [each.tooltip for each in DashboardScreen.BINDINGS if each.tooltip and each.action != "seeds"]
        assert set(keys) <= set(offered)
        assert {f"Page: {plan.name}" for plan in ORDINARY_PAGES} <= set(offered)
        assert {"Train noisy", "Train other", "Theme nord", "Theme textual-light"} <= set(offered)
        runs = [folder.name for folder in folders.all_runs(app.runs_dir)]
        assert {f"{act} run {run}" for act in ("Open", "Compare with") for run in runs} <= set(offered)


async def test_search_finds_names_and_help(app):
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert (await found(app, "theme nord"))[0] == "Theme nord"
        assert (await found(app, "csv"))[0] == "Export all measurements as CSV"
        assert any(name.startswith("Open run second") for name in await found(app, "second"))


async def test_commands_run(app):
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await do(pilot, "theme nord")
        assert app.theme == "nord"
        await do(pilot, "page layers")
        await settle(pilot)
        assert "drift of every layer" in text_of(app)
        await do(pilot, "open run second")
        await settle(pilot)
        assert app.screen.source.run_id.startswith("second-")
        await do(pilot, "compare with run first")
        await settle(pilot)
        assert list(app.screen.source.parts) == ["second", "first"]


async def test_one_run_trains_at_a_time(app):
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await do(pilot, "train other")
        await settle(pilot)
        assert "another run is training here" in text_of(app)
        assert len([each for each in app.screen_stack if isinstance(each, DashboardScreen)]) == 1
