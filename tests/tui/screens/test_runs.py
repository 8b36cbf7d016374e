"""The runs screen: find, open, compare, rename, delete, and go back."""

import math
import re
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from textual.worker import WorkerFailed

from bntui.records import Measurement, Progress, RunInfo, State, UserError
from bntui.run.storage import folders, metadata
from bntui.run.storage.reader import RunReader
from bntui.run.storage.summary import Summary
from bntui.run.storage.writer import RunWriter
from bntui.tui.app import DashboardApp
from bntui.tui.screens.dashboard import DashboardScreen
from bntui.tui.screens.dialogs import ConfirmDialog
from bntui.tui.screens.help import HelpScreen
from bntui.tui.screens.run_order import RUN_ORDERS
from bntui.tui.screens.runs import RunsScreen
from bntui.tui.screens.start import StartScreen
from tests.tui.conftest import settle, text_of
from tests.tui.fake_source import LAYERS, ORDINARY_COLUMNS, FakeSource, spec_of

SIZE = (120, 36)


def run_in(runs_dir: Path, preset: str, state: State | None = State.FINISHED) -> RunWriter:
    """Write a run of two steps; without a state it is still training."""
    writer = RunWriter(runs_dir, spec_of(("standard", "bn"), 2, preset))
    writer.begin(RunInfo(ORDINARY_COLUMNS, ("standard", "bn"), LAYERS, 2, 24, "mnist", "cpu", "cpu"))
    taken = [Measurement(step, name, "train", (1.0, 0.5)) for step in range(2) for name in ("standard", "bn")]
    writer.write(taken, Progress(2, 1.0, 0.1))
    if state:
        writer.close(state)
    return writer


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    for preset in ("first", "second", "third"):
        run_in(tmp_path, preset)
    return tmp_path


@pytest.fixture
def app(runs_dir: Path):
    """The start page with runs; `app.of` is the source that a preset opens."""
    source = FakeSource()
    app = DashboardApp(lambda _: source, None, lambda: [spec_of()], runs_dir)
    app.of = source
    yield app
    source.release()


async def listed(pilot) -> str:
    """Return the screen as text once the runs have been read."""
    for _ in range(2):
        await pilot.pause()
        reading = [each for each in pilot.app.workers if each.group == "listing" and not each.is_finished]
        if reading:
            await pilot.app.workers.wait_for_complete(reading)
    await pilot.pause()
    return text_of(pilot.app)


def names(app) -> list[str]:
    """Return the presets of the runs that are listed, from top to bottom."""
    return re.findall(r"^[ ▸]*(\w+)-20\d{6}-", text_of(app), re.MULTILINE)


async def opened(pilot, *keys: str) -> None:
    """Open the runs screen and press keys."""
    await pilot.press("r")
    await listed(pilot)
    await pilot.press(*keys)
    await pilot.pause()


async def test_runs_are_listed_newest_first_with_unreadable_ones(app, runs_dir):
    broken = folders.all_runs(runs_dir)[1]
    (broken / folders.DATABASE).write_bytes(b"no database" * 100)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        lines = text_of(app).splitlines()
        rows = [line for line in lines if re.search(r"-20\d{6}-", line)]
        assert [row.lstrip(" ▸").partition("-")[0] for row in rows] == ["third", "second", "first"]
        assert any("second" in line and "cannot be read" in line for line in lines)
        assert any("first" in line and "finished" in line and "standard 0.500  bn 0.500" in line for line in lines)


async def test_open_a_run_and_go_back(app):
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "down", "enter")
        await app.workers.wait_for_complete([each for each in app.workers if each.name.startswith("second")])
        await settle(pilot)
        assert isinstance(app.screen, DashboardScreen)
        assert app.screen.source.run_id.startswith("second")
        assert "finished after 2 steps" in text_of(app)
        await pilot.press("escape")
        assert isinstance(app.screen, RunsScreen)
        assert "▸  second" in await listed(pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, StartScreen)
        await pilot.press("q")
        await pilot.pause()
    assert app.return_code == 0


async def test_training_continues_while_another_run_is_shown(app):
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("enter")
        await settle(pilot)
        training = app.screen
        await pilot.press("escape")
        assert app.screen is training
        await opened(pilot, "enter")
        await settle(pilot)
        assert app.screen.source.run_id.startswith("third")
        await pilot.press("q")
        assert isinstance(app.screen, ConfirmDialog)
        await pilot.press("n", "escape", "escape")
        assert app.screen is training
        assert app.of.calls == ["work"]
        await opened(pilot, "q", "y")
        await app.workers.wait_for_complete()
        await pilot.pause()
    assert app.of.calls == ["work", "stop"]
    assert app.return_code == 0


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("UPDATE run SET value = '[' WHERE key = 'progress'", "its progress cannot be read"),
        ("UPDATE measurements SET data = 'x'", "measurement 1 is damaged"),
        ("UPDATE columns SET name = 'same'", "a column is repeated"),
    ],
)
@pytest.mark.parametrize("keys", [["enter"], ["space", "down", "space", "c"]])
async def test_training_continues_when_another_run_is_damaged(app, runs_dir, query, reason, keys):
    with closing(sqlite3.connect(folders.all_runs(runs_dir)[-1] / folders.DATABASE)) as database, database:
        database.execute(query)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("enter")
        await settle(pilot)
        await opened(pilot, *keys)
        if reading := [worker for worker, thread in app._working.items() if thread.source is not app.of]:
            with suppress(WorkerFailed):
                await app.workers.wait_for_complete(reading)
        await settle(pilot)
        assert reason in text_of(app)
        assert isinstance(app.screen, RunsScreen)
        assert app.training is app.of
        assert app.of.calls == ["work"]
        await pilot.press("ctrl+q")
        await app.workers.wait_for_complete()


async def test_opening_the_training_run_returns_to_its_dashboard(app, runs_dir):
    app.of.folder = folders.all_runs(runs_dir)[-1]
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("enter")
        await settle(pilot)
        training = app.screen
        await opened(pilot, "enter")
        assert app.screen is training


async def test_closing_a_run_of_another_process_does_not_stop_it(app, runs_dir):
    writer = run_in(runs_dir, "live", None)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "enter")
        await settle(pilot)
        following = list(app._working)
        assert following and app.training is None
        await pilot.press("escape")
        await app.workers.wait_for_complete(following)
        assert isinstance(app.screen, RunsScreen)
    with RunReader(writer.folder) as reader:
        assert reader.state is State.TRAINING
    writer.close(State.STOPPED)


async def test_the_filter_finds_runs_by_words(app):
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "slash", *"sec")
        shown = text_of(app)
        assert "second" in shown and "third-" not in shown and "1 of 3" in shown
        await pilot.press("enter", "escape")
        assert "third-" in await listed(pilot)
        await pilot.press("slash", *"nothing")
        await pilot.pause()
        assert "no run matches the filter" in text_of(app)
        await pilot.press("escape", "escape")
        assert isinstance(app.screen, StartScreen)


async def test_the_filter_asks_for_a_state(app, runs_dir):
    run_in(runs_dir, "wrong", State.FAILED)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "slash", *"state:failed")
        assert "1 of 4  matching 'state:failed'" in text_of(app)
        assert names(app) == ["wrong"]


async def test_the_order_of_the_runs_is_said_and_kept(app, runs_dir):
    best = run_in(runs_dir, "middle", None)
    best.write([Measurement(2, "bn", "train", (0.5, 0.875))], Progress(3, 2.0, 0.1))
    best.close(State.FAILED)
    run_in(runs_dir, "early", State.STOPPED)
    metadata.rename(folders.all_runs(runs_dir)[1], "a title")
    expected = {
        "newest first": ["early", "middle", "third", "second", "first"],
        "by name": ["early", "first", "middle", "second", "third"],
        "by title": ["second", "early", "middle", "third", "first"],
        "by state": ["third", "second", "first", "early", "middle"],
        "by seed": ["early", "middle", "third", "second", "first"],
        "best accuracy first": ["middle", "early", "third", "second", "first"],
    }
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        for description, order in expected.items():
            assert f"{description} (o)" in text_of(app)
            assert names(app) == order
            assert ("0.875" in text_of(app)) == (description == "best accuracy first")
            await pilot.press("o")
            await pilot.pause()
        await pilot.press("o")
        run_in(runs_dir, "late")
        app.screen.start_reading()
        await listed(pilot)
        assert names(app) == ["early", "first", "late", "middle", "second", "third"]
        assert "by name (o)" in text_of(app)


def test_runs_without_accuracies_or_seeds_come_last():
    third, first = (spec_of().model_copy(update={"seed": seed}) for seed in (3, 1))
    runs = [
        Summary(Path("unreadable"), "unreadable: no database"),
        Summary(Path("diverged"), State.FINISHED, spec_of(), accuracies={"bn": math.nan}),
        Summary(Path("poor"), State.TRAINING, third, accuracies={"bn": 0.25, "standard": math.nan}),
        Summary(Path("good"), State.FAILED, first, accuracies={"bn": 0.75}),
    ]
    orders = {order.description: [run.run_id for run in order.of(runs)] for order in RUN_ORDERS}
    assert orders["best accuracy first"] == ["good", "poor", "unreadable", "diverged"]
    assert orders["by seed"] == ["diverged", "good", "poor", "unreadable"]
    assert orders["by state"] == ["poor", "diverged", "good", "unreadable"]


@pytest.mark.parametrize("preset", ["noisy", "paper-fig4-mini"])
async def test_a_small_terminal_shows_title_and_seed(app, runs_dir, preset):
    metadata.rename(run_in(runs_dir, preset).folder, "a long title of a run")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        head, row = (line for line in text_of(app).splitlines() if re.search("seed|a long", line))
        assert "title" in head and row[head.index("seed")] == "0"


async def test_marked_runs_are_compared(app):
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "c")
        assert "mark two or more runs" in text_of(app)
        await pilot.press("space", "down", "space", "down", "space", "space", "c")
        await app.workers.wait_for_complete([each for each in app.workers if each.group == "default"])
        await settle(pilot)
        shown = text_of(app)
        for expected in ("third and second differ", "third/standard", "second/bn", "finished after 2 steps"):
            assert expected in shown
        await pilot.press("escape")
        assert "2 marked" in await listed(pilot)


async def test_any_number_of_runs_is_marked(app, runs_dir):
    for _ in range(4):
        run_in(runs_dir, "more")
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, *["space", "down"] * 7)
        assert "7 marked" in text_of(app)


async def test_a_title_and_a_note_are_kept(app, runs_dir):
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "t", *"good", "enter")
        await listed(pilot)
        await pilot.press("n", *"so", "enter")
        await listed(pilot)
        await pilot.press("t", *"no", "escape")
        shown = await listed(pilot)
        assert "good" in shown and " so " in shown
    with RunReader(folders.all_runs(runs_dir)[-1]) as reader:
        assert (reader.value("title"), reader.value("note")) == ("good", "so")


async def test_deleting_asks_and_only_y_says_yes(app, runs_dir):
    newest = folders.all_runs(runs_dir)[-1]
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "d")
        assert str(newest) in text_of(app)
        await pilot.press("enter")
        await pilot.press("d", "escape")
        assert newest.exists()
        await pilot.press("d", "y")
        assert "third-" not in await listed(pilot)
    assert not newest.exists()


async def test_a_training_run_is_not_deleted(app, runs_dir):
    writer = run_in(runs_dir, "live", None)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "d", "y")
        assert "still trains; stop it first" in await listed(pilot)
    assert writer.folder.exists()
    writer.close(State.STOPPED)


async def test_a_deleted_run_shows_an_error(app, runs_dir):
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        metadata.delete(folders.all_runs(runs_dir)[-1])
        await pilot.press("enter")
        shown = await listed(pilot)
        assert isinstance(app.screen, RunsScreen)
        assert "there is no run.sqlite in" in shown


async def test_help_lists_the_keys_of_the_screen(app):
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "question_mark")
        assert isinstance(app.screen, HelpScreen)
        shown = text_of(app)
        assert all(binding.tooltip in shown for binding in RunsScreen.BINDINGS)


@pytest.mark.parametrize("size", [(1, 1), (20, 5), (60, 16), (80, 24), (200, 50)])
async def test_every_size(app, size):
    async with app.run_test(size=size) as pilot:
        await opened(pilot, "down", "end", "pageup", "home", "space")
        shown = text_of(app)
        assert size[0] < 60 or ("third-" in shown and "finished" in shown)


async def test_no_runs(tmp_path):
    app = DashboardApp(lambda _: FakeSource(), None, lambda: [spec_of()], tmp_path / "none")
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "enter", "space", "c", "t", "n", "d")
        assert "no runs yet" in text_of(app)


async def test_covered_screens_follow_size_and_theme(app):
    async with app.run_test(size=(60, 16)) as pilot:
        await pilot.press("enter")
        await settle(pilot)
        training = app.screen
        await opened(pilot)
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        app.theme = "textual-light"
        await pilot.resize_terminal(120, 36)
        assert "third-" in await listed(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen is training
        shown = text_of(app)
        assert "60×16" not in shown
        assert "train accuracy" in shown and "drift of conv1" in shown and "train loss" in shown
        assert max(len(line.rstrip()) for line in shown.splitlines()) > 110


async def test_a_run_goes_on(app, runs_dir):
    resumed = []
    app._resume_source = lambda folder: resumed.append(folder.name) or app.of
    newest = folders.all_runs(runs_dir)[-1].name
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "g")
        await settle(pilot)
        assert resumed == [newest]
        assert isinstance(app.screen, DashboardScreen)
        assert app.training is app.of


async def test_the_last_runs_of_the_start_page_go_on(app, runs_dir):
    resumed = []
    app._resume_source = lambda folder: resumed.append(folder.name) or app.of
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("tab", "down", "g")
        await settle(pilot)
        assert resumed == [folders.all_runs(runs_dir)[-2].name]


async def test_a_run_that_cannot_go_on_is_a_line(app):
    def refuse(folder):
        raise UserError(f"run {folder.name}: has finished its 2 steps; extend it with --steps N")

    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "g")
        assert "runs cannot be resumed here; use: bntui resume third-" in text_of(app)
        app._resume_source = refuse
        await pilot.press("g")
        await pilot.pause()
        assert "has finished its 2 steps; extend it with --steps N" in text_of(app)
        assert isinstance(app.screen, RunsScreen)
