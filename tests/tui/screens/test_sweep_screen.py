"""The screen of a sweep: a table that fills, and keys to open, compare, retry and stop points."""

import pytest

from bntui.claims.check_grid import check_grid
from bntui.records import State, UserError
from bntui.sweep.sweep_driver import StopRequests
from bntui.sweep.sweep_folder import save
from bntui.tui.app import DashboardApp
from bntui.tui.screens import sweep_screen
from bntui.tui.screens.dashboard import DashboardScreen
from bntui.tui.screens.dialogs import ConfirmDialog
from bntui.tui.screens.help import HelpScreen
from bntui.tui.screens.information import InformationDialog
from bntui.tui.screens.sweep_screen import SweepScreen
from tests.sweep.made_points import points
from tests.tui.conftest import settle, text_of
from tests.tui.fake_source import FakeSource
from tests.tui.fake_sweep import FakeDriver, FakeProgress, state_of, sweep_of, under_way
from tests.tui.screens.test_runs import listed, run_in
from tests.tui.test_screens import at_every_size, trimmed

SIZE = (120, 36)


@pytest.fixture
def sweep():
    return sweep_of()


@pytest.fixture
def progress(sweep, monkeypatch) -> FakeProgress:
    """The states that the screen reads."""
    progress = FakeProgress(under_way(sweep))
    monkeypatch.setattr(sweep_screen, "SweepProgress", lambda _: progress)
    return progress


@pytest.fixture
def driver(sweep):
    driver = FakeDriver(sweep)
    yield driver
    driver.release()


def app_of(sweep, driver=None, **options) -> DashboardApp:
    return DashboardApp(lambda _: FakeSource(), sweep=sweep, driver=driver, **options)


async def read(pilot) -> str:
    """Return the screen as text once the points have been read again."""
    pilot.app.screen.start_reading()
    return await listed(pilot)


def offered(app) -> set[str]:
    """Return the keys that the footer shows of those that stop, try again and go on."""
    return {key for key in "xtg" if key in app.screen.active_bindings}


async def ended(pilot, name: str) -> None:
    """Wait for the end of a worker."""
    working = [each for each in pilot.app.workers if each.name == name]
    # An empty list would wait for all workers.
    if working:
        await pilot.app.workers.wait_for_complete(working)
    await pilot.pause()


async def test_the_table_fills_while_points_train(progress, sweep, driver):
    async with app_of(sweep, driver).run_test(size=SIZE) as pilot:
        shown = await read(pilot)
        assert driver.calls == ["work"]
        for text in ("lr × 6, 3 seeds", "local, 2 jobs", "9/18", "2 training", "7 waiting", "1 failed", "12:40 left"):
            assert text in shown
        assert "430/1,000" in shown and "✖ at 157" in shown
        told = pilot.app.screen.text
        assert told.title == f"sweep {sweep.name} · 8 finished, 2 training, 7 waiting, 1 failed · bntui"
        assert len(told.table) == 19 and ["training", "430"] in [row[1:] for row in told.table]
        progress.states = tuple(state_of(state.point, State.FINISHED) for state in progress.states)
        shown = await read(pilot)
        assert "18/18" in shown and "finished" in shown.splitlines()[1] and "left" not in shown


async def test_failed_points_come_first_on_demand(progress, sweep):
    async with app_of(sweep).run_test(size=SIZE) as pilot:
        assert "failed" not in (await read(pilot)).splitlines()[4]
        await pilot.press("f")
        lines = text_of(pilot.app).splitlines()
        assert "failed" in lines[4] and "✖ at 157" in lines[5] and "training" in lines[6]
        assert "RuntimeError: out of memory; log: /runs/noisy-20260102-000008/worker.log" in text_of(pilot.app)
        await pilot.press("f")
        assert "failed" not in text_of(pilot.app).splitlines()[4]


async def test_the_filter_finds_points(progress, sweep):
    async with app_of(sweep).run_test(size=SIZE) as pilot:
        await read(pilot)
        await pilot.press("slash", *"lr=0.1 finished")
        await pilot.pause()
        assert "2 of 18 points match 'lr=0.1 finished'" in text_of(pilot.app)
        await pilot.press("enter", "escape")
        assert "points match" not in text_of(pilot.app)
        assert isinstance(pilot.app.screen, SweepScreen)


async def test_opening_and_comparing_runs(tmp_path, monkeypatch):
    sweep = sweep_of(runs_dir=tmp_path)
    runs = [run_in(tmp_path, name).folder for name in ("first", "second")]
    states = under_way(sweep)
    for state, folder in zip(states, runs, strict=False):
        object.__setattr__(state.run, "folder", folder)
    progress = FakeProgress((*states[:2], *states[11:]))
    monkeypatch.setattr(sweep_screen, "SweepProgress", lambda _: progress)
    async with app_of(sweep, runs_dir=tmp_path).run_test(size=SIZE) as pilot:
        await read(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, DashboardScreen)
        assert pilot.app.screen.source.run_id == runs[0].name
        await pilot.press("escape", "c")
        await settle(pilot)
        assert len(pilot.app.screen.source.parts) == 2
        await pilot.press("escape", "end", "enter")
        assert "waits: there is no run to open yet" in text_of(pilot.app)


async def test_a_failed_point_is_tried_again(progress, sweep, driver):
    async with app_of(sweep, driver).run_test(size=SIZE) as pilot:
        await read(pilot)
        await pilot.press("t")
        assert "this one did not fail" in text_of(pilot.app)
        await pilot.press("f", "t")
        assert driver.calls == ["work", "retry lr=0.1, seed 2"]


async def test_stopping_asks_and_the_second_time_ends_at_once(progress, sweep, driver):
    async with app_of(sweep, driver).run_test(size=SIZE) as pilot:
        await read(pilot)
        await pilot.press("x", "n")
        assert driver.calls == ["work"]
        await pilot.press("x", "y")
        assert "stopping…" in await read(pilot)
        await pilot.press("x")
        assert "at once" in text_of(pilot.app)
        await pilot.press("y")
        assert driver.calls == ["work", "stop", "stop at once"]
        driver.release()
        await ended(pilot, "lr")
        await read(pilot)
        assert pilot.app.driving is None and isinstance(pilot.app.screen, SweepScreen)


async def test_ctrl_c_twice_ends_at_once(progress, sweep, driver):
    app = app_of(sweep, driver)
    async with app.run_test(size=SIZE) as pilot:
        await read(pilot)
        await pilot.press("ctrl+c")
        assert "stopping…" in text_of(app)
        await pilot.press("ctrl+c")
        assert driver.calls == ["work", "stop", "stop at once"]
        driver.release()
        await app.workers.wait_for_complete()
    assert app.return_code == 0


async def test_quitting_asks_what_becomes_of_the_sweep(progress, sweep, driver):
    app = app_of(sweep, driver)
    async with app.run_test(size=SIZE) as pilot:
        await read(pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, SweepScreen)
        await pilot.press("q")
        assert isinstance(app.screen, ConfirmDialog)
        await pilot.press("n")
        assert driver.calls == ["work"]
        await pilot.press("q", "y")
        assert driver.calls == ["work", "stop"]
        driver.release()
        await app.workers.wait_for_complete()
    assert app.return_code == 0


async def test_who_watches_may_ask_for_a_stop_and_leaves_without_a_question(progress, tmp_path, monkeypatch):
    sweep = sweep_of(runs_dir=tmp_path)
    save(sweep)
    requests = StopRequests(sweep)
    monkeypatch.setattr(type(sweep), "driven", True)
    app = app_of(sweep)
    async with app.run_test(size=SIZE) as pilot:
        assert "watching" in await read(pilot)
        assert offered(app) == {"x"}
        await pilot.press("x", "n")
        assert not requests.came()
        await pilot.press("x", "y")
        assert requests.came()
        await pilot.press("q")
        await pilot.pause()
    assert app.return_code == 0


class Sweeps:
    """Begins sweeps with a fake driver."""

    def __init__(self, driver):
        self.driver = driver

    def create(self, grid, name):
        if not name:
            raise UserError("a sweep needs a name")
        return sweep_of(name)

    def drive(self, sweep):
        self.driver.sweep = sweep
        return self.driver


async def test_a_sweep_goes_on_from_the_screen(progress, sweep, driver):
    app = app_of(sweep, sweeps=Sweeps(driver))
    async with app.run_test(size=SIZE) as pilot:
        assert "stopped" not in await read(pilot)
        await pilot.press("g")
        await ended(pilot, "beginning")
        await read(pilot)
        assert app.driving is driver and driver.calls == ["work"]
        assert offered(app) == {"t", "x"}
        driver.release()
        await ended(pilot, "lr")


async def test_a_failed_point_is_tried_again_after_the_end(progress, sweep, driver):
    app = app_of(sweep, sweeps=Sweeps(driver))
    async with app.run_test(size=SIZE) as pilot:
        await read(pilot)
        await pilot.press("f", "t")
        await ended(pilot, "beginning")
        await read(pilot)
        assert sorted(driver.calls) == ["retry lr=0.1, seed 2", "work"]


async def test_training_continues_when_the_terminal_disappears(progress, sweep, driver):
    app = app_of(sweep, driver)
    async with app.run_test(size=SIZE) as pilot:
        await read(pilot)
        app._give_up_screen()
        await pilot.pause()
    assert driver.calls == ["work", "resume"]
    driver.release()
    app.wait_for_training()


async def test_an_error_of_the_driver_is_a_line(progress, sweep, driver):
    def fail():
        raise RuntimeError("no processes left")

    driver.work = fail
    app = app_of(sweep, driver)
    async with app.run_test(size=SIZE) as pilot:
        await read(pilot)
        assert "RuntimeError: no processes left" in await read(pilot)
        await pilot.press("q")
    assert app.return_code == 1


async def test_the_pages_of_metrics(progress, sweep):
    progress.states = progress.states[11:]
    async with app_of(sweep).run_test(size=SIZE) as pilot:
        await read(pilot)
        await pilot.press("f2")
        assert "no point of the sweep is finished yet" in text_of(pilot.app)
        await pilot.press("f")
        assert "failed first" not in text_of(pilot.app)
        await pilot.press("i")
        await pilot.pause()
        assert "final accuracy" in text_of(pilot.app) and "training accuracy" in text_of(pilot.app)
        await pilot.press("i", "f3", "escape")
        assert "waiting" in text_of(pilot.app).splitlines()[4]


async def test_a_thousand_points_scroll(progress, sweep):
    sweep = sweep_of(rates=tuple(0.001 * (1 + index) for index in range(334)))
    progress.states = tuple(state_of(point, State.FINISHED) for point in sweep.points)
    async with app_of(sweep).run_test(size=SIZE) as pilot:
        await read(pilot)
        await pilot.press("end")
        assert "0.334" in text_of(pilot.app)
        await pilot.press("pageup", "home")
        assert "▸" in text_of(pilot.app).splitlines()[4]


@pytest.mark.parametrize(("made", "texts"), [(points(), ("supported", "bn : standard", "9.85")), ((), ("No claim",))])
async def test_the_verdicts_on_the_whole_sweep(progress, sweep, monkeypatch, made, texts):
    monkeypatch.setattr(sweep_screen, "check_sweep", lambda states: check_grid(made))
    async with app_of(sweep).run_test(size=SIZE) as pilot:
        await read(pilot)
        await pilot.press("v")
        await ended(pilot, "_show_verdicts")
        assert isinstance(pilot.app.screen, InformationDialog)
        assert all(text in text_of(pilot.app) for text in texts)


async def test_help_lists_the_keys_of_the_screen(progress, sweep):
    async with app_of(sweep).run_test(size=SIZE) as pilot:
        await read(pilot)
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
        shown = text_of(pilot.app)
        assert all((binding.tooltip in shown) == (binding.key not in ("x", "i")) for binding in SweepScreen.BINDINGS)


async def test_a_finished_sweep_offers_no_key_that_does_nothing(progress, sweep):
    async with app_of(sweep).run_test(size=SIZE) as pilot:
        await read(pilot)
        assert offered(pilot.app) == {"t", "g"}
        progress.states = tuple(state_of(state.point, State.FINISHED) for state in progress.states)
        await read(pilot)
        assert offered(pilot.app) == set()


@at_every_size
async def test_every_size(progress, sweep, driver, snapshot, size):
    async with app_of(sweep, driver).run_test(size=size) as pilot:
        await read(pilot)
        assert trimmed(pilot.app) == snapshot(name="under way")
        await pilot.press("f")
        await pilot.pause()
        assert trimmed(pilot.app) == snapshot(name="failed first")
