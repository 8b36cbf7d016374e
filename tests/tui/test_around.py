"""The screens around the dashboard as text, at every size: whatever changes them has to be looked at."""

from pathlib import Path

import pytest

from bntui.records import State
from bntui.run.sources.comparison import ComparedRuns
from bntui.run.storage import folders, metadata
from bntui.tui.app import DashboardApp
from bntui.tui.screens.pages import PAGES
from tests.tui.conftest import checked, settle, text_of
from tests.tui.fake_source import FakeSource, spec_of
from tests.tui.screens.test_runs import listed, run_in
from tests.tui.test_screens import SIZES

PRESETS = [spec_of(name=name) for name in ("noisy", "paper-fig1", "paper-fig1-mini", "saturation")]
THERE = {"digits": True, "mnist": False, "cifar10": False}

of_every_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


@pytest.fixture
def runs_dir(tmp_path: Path, monkeypatch) -> Path:
    """Runs with names that stay the same, below a folder whose name does."""
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


def shown(app: DashboardApp) -> str:
    return "\n".join(line.rstrip() for line in text_of(app).splitlines())


@of_every_size
async def test_start_page_and_runs(runs_dir, snapshot, size):
    app = DashboardApp(lambda _: FakeSource(), None, lambda: PRESETS, runs_dir, lambda: THERE)
    async with app.run_test(size=size) as pilot:
        await pilot.press("down", "right")
        await listed(pilot)
        assert shown(app) == snapshot(name="start page")
        await pilot.press("r")
        await listed(pilot)
        await pilot.press("space", "down", "down", "down", "space")
        await pilot.pause()
        assert shown(app) == snapshot(name="runs")
        await pilot.press("d")
        await pilot.pause()
        assert shown(app) == snapshot(name="delete")
        await pilot.press("escape", "t")
        await pilot.pause()
        assert shown(app) == snapshot(name="title")


@of_every_size
async def test_compared_runs(runs_dir, snapshot, size):
    runs = folders.all_runs(runs_dir)
    source = ComparedRuns([runs[0], runs[3]])
    app = DashboardApp(lambda _: source, source.spec)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await app.workers.wait_for_complete([each for each in app.workers if each.group == "default"])
        await settle(pilot)
        await checked(pilot)
        assert shown(app) == snapshot(name="overview")
        await pilot.press(f"f{1 + [plan.name for plan in PAGES].index('claims')}")
        await settle(pilot)
        await checked(pilot)
        assert shown(app) == snapshot(name="claims")
