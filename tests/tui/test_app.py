"""The app: its keys, every way to start and end a run, and every size."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from bntui.records import Notice, NoticeKind, State, UserError
from bntui.run.series.readings import Readings
from bntui.run.sources.protocol import Status
from bntui.spec import CheckpointSpec
from bntui.tui.screens.dashboard import DashboardScreen
from bntui.tui.screens.dialogs import ConfirmDialog
from bntui.tui.screens.help import HelpScreen
from bntui.views.step_unit import STEPS
from tests.tui.conftest import charts_of, checked, settle, text_of
from tests.tui.fake_source import DIVERGED, FALLBACK, TRAIN_COLUMNS, FakeSource

SIZE = (120, 36)


async def test_training_starts_after_the_first_draw(app_of):
    source = FakeSource(State.LOADING)
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert source.calls == ["work"]
        shown = text_of(pilot.app)
        assert "downloading mnist" in shown and "42%" in shown
        source.begin(30)
        await settle(pilot)
        shown = text_of(pilot.app)
        for expected in ("train accuracy", "drift of conv1", "effective β", "train loss", "30/1,000", "● standard"):
            assert expected in shown


async def test_pause_step_and_resume(app_of):
    source = FakeSource()
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("s")
        assert "step" not in source.calls
        assert await _later(pilot, "press space to pause")
        await pilot.press("space", "s", "s", "space")
        assert source.calls == ["work", "pause", "step", "step", "resume"]


async def _later(pilot, text):
    await settle(pilot)
    return text in text_of(pilot.app)


async def test_brackets_choose_the_layer(app_of):
    async with app_of().run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("right_square_bracket")
        assert await _later(pilot, "drift of conv2")
        await pilot.press("left_square_bracket", "left_square_bracket")
        assert await _later(pilot, "drift of fc1")
        assert "drift fc1" in text_of(pilot.app)


async def test_log_scale_belongs_to_the_focused_pane(app_of):
    async with app_of().run_test(size=SIZE) as pilot:
        await settle(pilot)
        accuracy, drift, *_ = charts_of(pilot.app, "overview")
        await pilot.press("l")
        assert (accuracy.log_shown, drift.log_shown) == (True, True)
        await pilot.press("tab", "l")
        assert (accuracy.log_shown, drift.log_shown) == (True, False)
        await settle(pilot)


async def test_t_counts_epochs_then_samples_then_seconds_then_steps(app_of):
    async with app_of().run_test(size=SIZE) as pilot:
        await settle(pilot)
        for unit in ("0 epochs", "0 samples", "0 seconds"):
            await pilot.press("t")
            assert await _later(pilot, unit)
        await pilot.press("t")
        await settle(pilot)
        assert "0 seconds" not in text_of(pilot.app)


async def test_t_skips_seconds_where_they_are_not_known(app_of):
    source = FakeSource()
    source.readings = Readings()
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("t", "t", "t")
        await settle(pilot)
        assert pilot.app.screen._unit == STEPS


async def test_the_cursor_is_a_moment_on_the_axis_of_seconds(app_of):
    async with app_of().run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("t", "t", "t", "home")
        assert await _later(pilot, "at 0.000 s")
        pilot.app.screen.put_cursor(200, "noisy")
        assert await _later(pilot, "4.000 s · train accuracy")
        await pilot.press("plus")
        assert pilot.app.screen._visible_steps is not None
        await pilot.press("t")
        assert pilot.app.screen._viewport.cursor is None


async def test_tab_and_click_move_the_focus(app_of):
    async with app_of().run_test(size=SIZE) as pilot:
        await settle(pilot)
        panes = charts_of(pilot.app, "overview")
        await pilot.press("shift+tab")
        assert pilot.app.focused is panes[3]
        await pilot.press("tab", "tab")
        assert pilot.app.focused is panes[1]
        await pilot.click(panes[2])
        assert pilot.app.focused is panes[2]
        await pilot.press("z")
        await settle(pilot)
        assert [pane.display for pane in panes] == [False, False, True, False]


async def test_maximize_and_back(app_of):
    async with app_of().run_test(size=SIZE) as pilot:
        await settle(pilot)
        panes = charts_of(pilot.app, "overview")
        await pilot.press("z")
        await settle(pilot)
        assert panes[0].size.width == 120
        await pilot.press("tab")
        await settle(pilot)
        assert [pane.display for pane in panes] == [False, True, False, False]
        await pilot.press("escape")
        await settle(pilot)
        assert all(pane.display for pane in panes)


async def test_export_shows_the_path(app_of):
    source = FakeSource()
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("e")
        assert await _later(pilot, "CSV written to /runs/20260102-030405-noisy/measurements.csv")
        source.exported = OSError("No space left on device")
        await pilot.press("e")
        assert await _later(pilot, "CSV not written: No space left on device")


async def test_help_lists_every_key_of_the_bindings(app_of):
    async with app_of().run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HelpScreen)
        shown = text_of(pilot.app)
        for binding in DashboardScreen.BINDINGS:
            # One run has no seeds to choose from.
            assert binding.tooltip in shown or binding.action == "seeds"
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, DashboardScreen)


async def test_stopping_asks_and_keeps_the_screen(app_of):
    source = FakeSource()
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("x", "n")
        assert "stop" not in source.calls
        await pilot.press("x", "y")
        await pilot.app.workers.wait_for_complete()
        await checked(pilot)
        assert isinstance(pilot.app.screen, DashboardScreen)
        assert "stopped after 430 steps" in text_of(pilot.app)
        await pilot.press("x")
        assert isinstance(pilot.app.screen, DashboardScreen)


async def test_quit_asks_while_training(app_of):
    source = FakeSource()
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("q")
        assert isinstance(pilot.app.screen, ConfirmDialog)
        await pilot.press("n")
        assert "stop" not in source.calls
        await pilot.press("q", "y")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "stop" in source.calls
    assert pilot.app.return_code == 0


@pytest.mark.parametrize(
    ("seconds", "folder", "consequence"),
    [
        (60, Path("/runs/20260102-030405-noisy"), "bntui resume continues it where it stopped"),
        (0, Path("/runs/20260102-030405-noisy"), "bntui resume begins it again at step 0"),
        (60, None, "Nothing is measured yet: no run is kept"),
    ],
)
async def test_quitting_says_in_a_line_what_becomes_of_the_run(app_of, seconds, folder, consequence):
    source = FakeSource()
    source.folder = folder
    source.spec = source.spec.model_copy(update={"checkpoint": CheckpointSpec(seconds=seconds)})
    async with app_of(source).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("q")
        await pilot.pause()
        assert f"{consequence}." in text_of(pilot.app)
        await pilot.press("y")
        await pilot.app.workers.wait_for_complete()


async def test_stopping_is_shown_at_once(app_of):
    source = FakeSource()
    source.stop = lambda: source.calls.append("stop")
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("q", "y")
        await pilot.pause()
        assert "stopping…" in text_of(pilot.app)
        assert pilot.app.return_code is None
        source.release()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    assert pilot.app.return_code == 0


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_control_keys_stop_without_asking(app_of, key):
    source = FakeSource()
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press(key)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    assert source.calls == ["work", "stop"]
    assert pilot.app.return_code == 0


async def test_ctrl_c_copies_the_selected_text_and_stops_only_without_one(app_of):
    source = FakeSource()
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("question_mark")
        await pilot.pause()
        pilot.app.screen.text_select_all()
        await pilot.press("ctrl+c")
        assert "Pause or resume training" in pilot.app.clipboard
        assert source.calls == ["work"]
        await pilot.press("ctrl+c")
        await pilot.app.workers.wait_for_complete()
    assert source.calls == ["work", "stop"]


async def test_sigterm_stops_without_asking(app_of):
    source = FakeSource()
    app = app_of(source)
    with app.signals.handled():
        async with app.run_test(size=SIZE) as pilot:
            await settle(pilot)
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(0)
            await app.workers.wait_for_complete()
            await pilot.pause()
    assert source.calls == ["work", "stop"]


async def test_quitting_while_loading(app_of):
    source = FakeSource(State.LOADING)
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+c")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    assert "stop" in source.calls


async def test_a_finished_run_shows_its_outcome_and_quits_without_asking(app_of):
    source = FakeSource(State.FINISHED, done=1000, notices=(DIVERGED,))
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        shown = text_of(pilot.app)
        assert "finished after 1,000 steps · run 20260102-030405-noisy in /runs/" in shown
        assert "bntui export 20260102-030405-noisy" in shown
        (row,) = [line for line in shown.splitlines() if line.startswith("1 ● standard")]
        assert "✖ at 157" in row and "finished" not in row
        await checked(pilot)
        assert "claims from one seed: effects only; `bntui sweep " in text_of(pilot.app)
        await pilot.press("q")
        await pilot.pause()
    assert pilot.app.return_code == 0


async def test_the_end_of_training_shows_the_outcome(app_of):
    source = FakeSource()
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("q")
        source.release()
        await pilot.app.workers.wait_for_complete()
        await settle(pilot)
        assert isinstance(pilot.app.screen, DashboardScreen)
        assert "finished after 430 steps" in text_of(pilot.app)


async def test_a_user_error_ends_the_app(app_of):
    async with app_of(FakeSource(State.LOADING, error=UserError("dataset: no such folder"))).run_test() as pilot:
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    assert pilot.app.return_code == 2
    assert pilot.app.failure == "dataset: no such folder"


async def test_a_crash_shows_the_error_and_the_folder(app_of):
    source = FakeSource(error=RuntimeError("CUDA out of memory [a/b]"))
    async with app_of(source).run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await settle(pilot)
        shown = text_of(pilot.app)
        assert "RuntimeError: CUDA out of memory [a/b]" in shown
        assert "/runs/20260102-030405-noisy" in shown
        await pilot.press("q")
        await pilot.pause()
    assert pilot.app.return_code == 1


async def test_a_crash_before_training(app_of):
    source = FakeSource(State.LOADING, error=RuntimeError("driver too old"))
    source.folder = None
    async with app_of(source).run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await settle(pilot)
        assert "RuntimeError: driver too old" in text_of(pilot.app)


async def test_a_failed_run_shows_its_error(app_of):
    source = FakeSource(State.FAILED)
    source.status = Status(State.FAILED, 430, error="disk full")
    source.notices = (Notice(NoticeKind.FAILED, "disk full"),)
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert text_of(pilot.app).count("disk full") == 1
        await pilot.press("q")
        await pilot.pause()
    assert pilot.app.return_code == 1


async def test_a_long_warning_is_cut_before_the_outcome(app_of):
    wordy = Notice(NoticeKind.FALLBACK, "digits instead: " + "no network; " * 20)
    source = FakeSource(State.FINISHED, done=1000, notices=(wordy,))
    async with app_of(source).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        shown = text_of(pilot.app).split("\n")
        (warning,) = [at for at, line in enumerate(shown) if "no network" in line]
        assert shown[warning].rstrip().endswith("…")
        assert "finished after 1,000 steps" in shown[warning + 1]


async def test_notices_remain_visible(app_of):
    source = FakeSource(notices=(FALLBACK, DIVERGED))
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("e", "space", "l", "z")
        await settle(pilot)
        shown = text_of(pilot.app)
        assert FALLBACK.text in shown and DIVERGED.text in shown


async def test_a_pane_names_the_missing_probe(app_of):
    async with app_of(FakeSource(columns=TRAIN_COLUMNS)).run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "β is not measured in this run" in text_of(pilot.app)


async def test_unchanged_panes_are_not_redrawn(app_of):
    async with app_of().run_test(size=SIZE) as pilot:
        await settle(pilot)
        pane = charts_of(pilot.app, "overview")[0]
        drawn = pane._canvas
        pilot.app.screen.refresh_data()
        assert pane._canvas is drawn


# Sizes


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (5, 3), (20, 5), (59, 16), (60, 15)])
async def test_a_small_terminal_shows_the_needed_size_until_it_grows(app_of, size):
    async with app_of().run_test(size=size) as pilot:
        await settle(pilot)
        if size[0] >= 20:
            assert "60×16" in text_of(pilot.app)
        await pilot.press("tab", "l", "z", "z", "right_square_bracket")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        shown = text_of(pilot.app)
        assert "60×16" not in shown and "train accuracy" in shown


@pytest.mark.parametrize("size", [(60, 16), (61, 17), (80, 24), (100, 30), (200, 50), (400, 100)])
async def test_every_supported_size_is_complete(app_of, size):
    source = FakeSource(notices=(FALLBACK, DIVERGED))
    async with app_of(source).run_test(size=size) as pilot:
        await settle(pilot)
        shown = text_of(pilot.app)
        for expected in ("noisy", "430/1,000", "/s", "left", "probes 12%", "▲ bn", "q quit", "train accuracy"):
            assert expected in shown


async def test_an_upright_window_may_be_narrow(app_of):
    async with app_of(FakeSource(columns=TRAIN_COLUMNS, notices=(DIVERGED,))).run_test(size=(48, 20)) as pilot:
        await settle(pilot)
        shown = text_of(pilot.app)
        assert all(expected in shown for expected in ("left", "1 ● standard  ✖", "▲ bn", "train accuracy", "loss"))
        await pilot.resize_terminal(47, 40)
        await settle(pilot)
        assert "needs 48×20, has 47×40" in text_of(pilot.app)


async def test_many_variants(app_of):
    names = tuple(f"standard-0.{style_index}" for style_index in range(1, 10))
    async with app_of(FakeSource(variants=names)).run_test(size=(60, 16)) as pilot:
        await settle(pilot)
        assert "standard-0.1" in text_of(pilot.app)
        assert "and 7 more" in text_of(pilot.app)
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert all(name in text_of(pilot.app) for name in names)


@pytest.mark.parametrize("theme", ["textual-light", "nord", "ansi-dark", "ansi-light"])
async def test_themes(app_of, theme):
    async with app_of().run_test(size=SIZE) as pilot:
        await settle(pilot)
        pilot.app.theme = theme
        await settle(pilot)
        assert "train accuracy" in text_of(pilot.app)
