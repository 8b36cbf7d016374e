"""The text of the screens around the dashboard at every size."""

from pathlib import Path

import pytest

from bntui.records import State
from bntui.run.sources.comparison import ComparedRuns
from bntui.run.storage import folders, metadata
from bntui.tui.app import DashboardApp
from tests.tui.conftest import KEY_OF, checked, settle
from tests.tui.fake_source import FakeSource, spec_of
from tests.tui.screens.test_runs import listed, run_in
from tests.tui.test_screens import at_every_size, trimmed

PRESETS = [spec_of(name=name) for name in ("noisy", "paper-fig1", "paper-fig1-mini", "saturation")]
THERE = {"digits": True, "mnist": False, "cifar10": False}


@pytest.fixture
def runs_dir(tmp_path: Path, monkeypatch) -> Path:
    """Runs with fixed names in a folder with a fixed name."""
    monkeypatch.chdir(tmp_path)
    kept = Path("runs")
    for index, state in enumerate((State.FINISHED, State.STOPPED, State.FAILED, State.FINISHED)):
        writer = run_in(kept, "noisy", state)
        writer.folder.rename(kept / f"noisy-20260102-03040{index}")
    first, second, _, last = folders.all_runs(kept)
    metadata.rename(first, "the first")
    metadata.note(first, "with the usual noise")
    metadata.rename(last, "lr 0.5")
    (second / folders.DATABASE).write_bytes(b"no database" * 100)
    return kept


@at_every_size
async def test_start_page_and_runs(runs_dir, snapshot, size):
    app = DashboardApp(lambda _: FakeSource(), None, lambda: PRESETS, runs_dir, lambda: THERE)
    async with app.run_test(size=size) as pilot:
        await pilot.press("down", "right")
        await listed(pilot)
        assert trimmed(app) == snapshot(name="start page")
        await pilot.press("r")
        await listed(pilot)
        await pilot.press("space", "down", "down", "down", "space")
        await pilot.pause()
        assert trimmed(app) == snapshot(name="runs")
        await pilot.press("d")
        await pilot.pause()
        assert trimmed(app) == snapshot(name="delete")
        await pilot.press("escape", "t")
        await pilot.pause()
        assert trimmed(app) == snapshot(name="title")


@at_every_size
async def test_compared_runs(runs_dir, snapshot, size):
    runs = folders.all_runs(runs_dir)
    source = ComparedRuns([runs[0], runs[3]])
    app = DashboardApp(lambda _: source, source.spec)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await app.workers.wait_for_complete([each for each in app.workers if each.group == "default"])
        await checked(pilot)
        assert trimmed(app) == snapshot(name="overview")
        await pilot.press(KEY_OF["claims"])
        await checked(pilot)
        assert trimmed(app) == snapshot(name="claims")
