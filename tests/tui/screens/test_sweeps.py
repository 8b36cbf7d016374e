"""The list of sweeps: it shows how far each is, and opens one."""

import pytest

from bntui.sweep import sweep_folder
from bntui.tui.app import DashboardApp
from bntui.tui.screens.start import StartScreen
from bntui.tui.screens.sweep_screen import SweepScreen
from bntui.tui.screens.sweeps import SweepsScreen
from tests.tui.conftest import text_of
from tests.tui.fake_source import FakeSource, spec_of
from tests.tui.fake_sweep import sweep_of
from tests.tui.screens.test_runs import listed
from tests.tui.test_commands import do

SIZE = (120, 36)


@pytest.fixture
def app(tmp_path) -> DashboardApp:
    """The start page over two stored sweeps, of which one cannot be read."""
    for name in ("lr", "broken"):
        sweep_folder.save(sweep_of(name, runs_dir=tmp_path))
    (tmp_path / "sweeps" / "broken" / "sweep.toml").write_text("axes = [")
    return DashboardApp(lambda _: FakeSource(), None, lambda: [spec_of()], tmp_path)


async def test_a_sweep_is_opened_from_the_list(app):
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("s")
        shown = await listed(pilot)
        assert isinstance(app.screen, SweepsScreen)
        assert any("lr" in line and "stopped" in line and "lr × 6, 3 seeds" in line for line in shown.splitlines())
        assert any("broken" in line and "unreadable: sweep.toml" in line for line in shown.splitlines())
        await pilot.press("home", "enter")
        assert "sweep.toml" in await listed(pilot)
        await pilot.press("end", "enter")
        shown = await listed(pilot)
        assert isinstance(app.screen, SweepScreen)
        assert "0/18" in shown and "18 waiting" in shown
        await pilot.press("g")
        assert "sweeps cannot go on here; use: bntui sweep lr" in text_of(app)
        await pilot.press("escape", "escape")
        assert isinstance(app.screen, StartScreen)


async def test_the_palette_opens_a_sweep(app):
    async with app.run_test(size=SIZE) as pilot:
        await do(pilot, "open sweep lr")
        await listed(pilot)
        assert isinstance(app.screen, SweepScreen)


async def test_no_sweeps(tmp_path):
    app = DashboardApp(lambda _: FakeSource(), None, lambda: [spec_of()], tmp_path / "none")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("s")
        await listed(pilot)
        await pilot.press("enter", "down")
        assert "no sweeps yet; bntui sweep noisy --seeds 0:5 trains one" in text_of(app)
