"""The bell and desktop notifications: when they are sent, what they say, and the bytes that the terminal gets."""

from collections.abc import Mapping

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from bntui.records import Notice, NoticeKind, Progress, State
from bntui.run.sources import attached
from bntui.run.storage.writer import RunWriter
from bntui.tui import announcements, working_app
from bntui.tui.announcements import Divergences, sweep_end
from bntui.tui.app import DashboardApp
from bntui.tui.screens import sweep_screen
from bntui.tui.terminal.capabilities import DisplayOverrides, Markers
from bntui.tui.terminal.settings import SettingsFile
from tests.tui.conftest import settle
from tests.tui.fake_source import DIVERGED, TRAIN_COLUMNS, FakeSource
from tests.tui.fake_sweep import FakeDriver, FakeProgress, sweep_of, under_way

RUN = "20260102-030405-noisy"
OTHER = Notice(NoticeKind.DIVERGED, "bn diverged at step 9: conv1", 9, "bn", "conv1")
RESUMED = Notice(NoticeKind.RESUMED, "resumed at step 400 of 1000", 400)
XTERM = {"TERM": "xterm-256color"}


@pytest.fixture
def written(monkeypatch) -> list[str]:
    """The control sequences among what an app writes to its terminal."""
    texts: list[str] = []

    def write(_, data: str) -> None:
        if data == "\x07" or data.startswith(("\x1b]9;", "\x1b]777;")):
            texts.append(data)

    monkeypatch.setattr(HeadlessDriver, "write", write)
    # Textual writes no bell from an app that runs without a terminal.
    monkeypatch.setattr(DashboardApp, "is_headless", False)
    monkeypatch.setattr(announcements, "SECONDS", 0.001)
    return texts


def with_settings(
    app, path, text="bell = true\nnotifications = true\n", environment: Mapping[str, str] = XTERM, **options
):
    path = path / "settings.toml"
    path.write_text(text)
    app.apply_settings(SettingsFile(path), DisplayOverrides(**options), environment)
    return app


async def until(pilot, written, count):
    for _ in range(200):
        await pilot.pause()
        if len(written) >= count:
            break
    await settle(pilot)


async def test_a_divergence_and_the_end_are_told_once(app_of, tmp_path, written):
    source = FakeSource(columns=TRAIN_COLUMNS)
    async with with_settings(app_of(source), tmp_path).run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert written == []
        source.notices = (DIVERGED,)
        await until(pilot, written, 2)
        source.release()
        await until(pilot, written, 4)
    assert written == [
        "\x07",
        f"\x1b]9;bntui: {RUN}: standard diverged at step 157: loss\x07",
        "\x07",
        f"\x1b]9;bntui: {RUN}: finished after 430 steps\x07",
    ]


async def test_a_failure_is_told_in_ascii_where_the_terminal_has_no_more(app_of, tmp_path, written):
    source = FakeSource(columns=TRAIN_COLUMNS, error=RuntimeError("no ε left; \x1b[2J"))
    app = with_settings(app_of(source), tmp_path, "notifications = true", {"TERM": "foot"}, markers=Markers.ASCII)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, written, 1)
    assert written == [f"\x1b]777;notify;bntui;{RUN}: failed: RuntimeError: no ? left, ?[2J\x07"]


@pytest.mark.parametrize("case", ["by default", "stored", "in a browser", "no terminal", "leaving"])
async def test_nothing_is_told(case, app_of, tmp_path, written, monkeypatch):
    source = FakeSource(columns=TRAIN_COLUMNS, notices=(DIVERGED,))
    source.attached = case == "stored"
    monkeypatch.setattr(working_app, "detach_if_gone", lambda: None)
    app = with_settings(app_of(source), tmp_path, "" if case == "by default" else "bell = true")
    if case == "in a browser":
        monkeypatch.setattr(DashboardApp, "is_web", True)
    async with app.run_test(size=(120, 36)) as pilot:
        if case in ("no terminal", "leaving"):
            await until(pilot, written, 1)
            written.clear()
        if case == "no terminal":
            app._give_up_screen()
            app.call_attention("over")
        elif case == "leaving":
            await pilot.press("ctrl+q")
        else:
            source.release()
            await app.workers.wait_for_complete()
            await settle(pilot)
            assert source.status.state is State.FINISHED
    assert written == []


@pytest.mark.parametrize("state", [State.FINISHED, State.FAILED, None])
async def test_the_end_of_a_run_that_another_process_trains_is_told(state, tmp_path, written, monkeypatch):
    monkeypatch.setattr(attached, "POLL_SECONDS", 0.001)
    made = FakeSource(done=5, columns=TRAIN_COLUMNS)
    writer = RunWriter(tmp_path / "runs", made.spec)
    writer.begin(made.info)
    writer.write(made.history.measurements(), Progress(5, 1.0, 0.0))
    if state is None:
        writer.close(State.FINISHED)
    source = attached.AttachedRun(writer.folder)
    async with with_settings(DashboardApp(lambda _: source, made.spec), tmp_path).run_test(size=(120, 36)) as pilot:
        while source.history is None:
            await pilot.pause()
        if state is not None:
            assert written == []
            writer.close(state)
            await until(pilot, written, 2)
        await pilot.app.workers.wait_for_complete()
        await settle(pilot)
    told = ["\x07", f"\x1b]9;bntui: {writer.folder.name}: {state} after 5 steps\x07"]
    # That a run was over before it was opened is no news.
    assert written == ([] if state is None else told)


def test_divergences_before_a_run_was_resumed_are_no_news():
    told: list[str] = []
    divergences, source = Divergences(told.append), FakeSource(State.LOADING)
    divergences.look(None)
    for notices in ((RESUMED,), (DIVERGED, RESUMED), (DIVERGED, RESUMED, OTHER), (DIVERGED, RESUMED, OTHER)):
        source.notices = notices
        divergences.look(source)
    assert told == [f"{RUN}: {OTHER.text}"]
    divergences.look(FakeSource(notices=(DIVERGED, OTHER)))
    assert told[1:] == [f"{RUN}: {DIVERGED.text}, {OTHER.text}"]


async def test_the_end_of_a_sweep_is_told(tmp_path, written, monkeypatch):
    sweep = sweep_of()
    progress, driver = FakeProgress(under_way(sweep)), FakeDriver(sweep)
    monkeypatch.setattr(sweep_screen, "SweepProgress", lambda _: progress)
    app = with_settings(DashboardApp(lambda _: FakeSource(), sweep=sweep, driver=driver), tmp_path)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        driver.release()
        await until(pilot, written, 2)
    assert written == ["\x07", f"\x1b]9;bntui: sweep {sweep.name}: ended\x07"]


def test_the_end_of_a_sweep_names_its_failures():
    assert sweep_end("rates", 0, "") == "sweep rates: ended"
    assert sweep_end("rates", 1, "") == "sweep rates: ended, 1 point failed"
    assert sweep_end("rates", 2, "") == "sweep rates: ended, 2 points failed"
    assert sweep_end("rates", 0, "OSError: gone") == "sweep rates: failed: OSError: gone"
