"""The cursor, the visible steps and the selection: as plain state, and by their keys."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.events import Key

from bntui.records import State
from bntui.tui.screens.dashboard import DashboardScreen
from bntui.tui.screens.pages import PAGE_KEYS
from bntui.tui.screens.viewport import MIN_SPAN, Viewport
from tests.tui.conftest import KEY_OF, charts_of, settle, text_of
from tests.tui.fake_source import DIVERGED, FakeSource

SIZE = (120, 36)
REACH = (430, 1000)


def test_all_steps_are_visible_at_first():
    assert Viewport().range(*REACH) == (0, 500, False)


def test_zooming_without_a_cursor_follows_the_newest_step_in_jumps():
    view = Viewport()
    view.zoom(0.5, *REACH)
    first = view.range(*REACH)
    assert first.right - first.left == 250 and first.chosen and first.right >= 430
    rights = {view.range(step, 1000).right for step in range(430, 630)}
    assert 3 <= len(rights) <= 6 and all(right >= 0 for right in rights)
    view.reset()
    assert view.range(*REACH) == (0, 500, False)


def test_zooming_keeps_the_position_of_the_cursor():
    view = Viewport()
    view.put(100, *REACH)
    view.zoom(0.5, *REACH)
    left, right, _ = view.range(*REACH)
    assert (100 - left) / (right - left) == pytest.approx(100 / 500, abs=0.01)
    view.zoom(2.0, *REACH)
    assert view.range(*REACH) == (0, 500, False)


def test_panning_stops_at_both_ends():
    view = Viewport()
    view.zoom(0.25, *REACH)
    for _ in range(40):
        view.pan(-0.25, *REACH)
    assert view.range(*REACH)[:2] == (0, 125)
    for _ in range(40):
        view.pan(0.25, *REACH)
    assert view.range(*REACH).right >= 430
    assert view.range(500, 1000).right >= 500


def test_the_visible_steps_follow_the_cursor():
    view = Viewport()
    view.put(400, *REACH)
    view.zoom(0.25, *REACH)
    view.put(10, *REACH)
    left, right, _ = view.range(*REACH)
    assert left <= 10 <= right
    view.move(-100, *REACH)
    assert view.cursor == 0
    view.move(9999, *REACH)
    assert view.cursor == 430
    view.follow()
    assert view.cursor is None


@settings(max_examples=200, deadline=None)
@given(
    steps=st.integers(1, 100_000),
    share=st.floats(0, 1),
    acts=st.lists(st.tuples(st.sampled_from(["zoom", "pan", "move", "put", "follow"]), st.floats(-3, 3)), max_size=25),
)
def test_any_actions_leave_a_range_that_can_be_drawn(steps, share, acts):
    view, step = Viewport(), int(share * steps)
    for act, number in acts:
        if act == "zoom":
            view.zoom(2.0**number, step, steps)
        elif act == "pan":
            view.pan(number, step, steps)
        elif act == "follow":
            view.follow()
        else:
            getattr(view, act)(int(number * steps), step, steps)
        left, right, was_chosen = view.range(step, steps)
        assert 0 <= left < right
        assert right - left >= min(MIN_SPAN, steps)
        assert right <= max(steps, MIN_SPAN) and (was_chosen or left == 0)
        assert view.cursor is None or 0 <= view.cursor <= step


async def pressed(pilot, *keys):
    await pilot.press(*keys)
    await settle(pilot)
    return text_of(pilot.app).replace("\u00a0", " ")


async def test_one_cursor_in_all_panes_and_exact_values(app_of):
    async with app_of(FakeSource(State.PAUSED)).run_test(size=SIZE) as pilot:
        await settle(pilot)
        shown = await pressed(pilot, "shift+left", "left")
        at = pilot.app.screen._viewport.cursor
        assert 200 < at < 430
        assert f"at step {at:,}" in shown and f"step {at} · train accuracy: ●" in shown
        panes = charts_of(pilot.app, "overview")
        for pane in panes:
            ground = pane.cell_styles().cursor.bgcolor
            columns = {x for row in pane._canvas.rows for x, cell in enumerate(row) if cell[1].bgcolor == ground}
            assert len(columns) == 1
        assert "(mean of 25: " in shown
        shown = await pressed(pilot, KEY_OF["layers"])
        assert f"at step {at}" in shown
        shown = await pressed(pilot, KEY_OF["overview"], "escape")
        assert "at step" not in shown and pilot.app.screen._viewport.cursor is None


async def test_home_end_and_the_newest_step(app_of):
    source = FakeSource(State.PAUSED)
    async with app_of(source).run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "at step 0" in await pressed(pilot, "home")
        await pressed(pilot, "end")
        assert pilot.app.screen._viewport.cursor is None


async def test_zoom_pan_and_reset_in_all_panes(app_of):
    async with app_of(FakeSource(State.PAUSED)).run_test(size=SIZE) as pilot:
        await settle(pilot)
        screen = pilot.app.screen
        await pressed(pilot, "plus", "plus")
        ranges = {(plot.grid.left, plot.grid.right) for pane in screen._page.charts for plot in pane.plots}
        assert len(ranges) == 1 and next(iter(ranges))[0] > 0
        before = next(iter(ranges))
        await pressed(pilot, "comma")
        (after,) = {(plot.grid.left, plot.grid.right) for pane in screen._page.charts for plot in pane.plots}
        assert after[0] < before[0]
        await pressed(pilot, "minus", "full_stop", "0")
        assert screen._viewport.range(*screen._reach) == (0, 500, False)


async def test_the_mouse_points_and_zooms(app_of):
    async with app_of(FakeSource(State.PAUSED)).run_test(size=SIZE) as pilot:
        await settle(pilot)
        screen = pilot.app.screen
        pane = list(screen._page.charts)[2]
        await pilot.click(pane, offset=(30, 5))
        await settle(pilot)
        assert pilot.app.focused is pane and 0 < screen._viewport.cursor < 430
        pane.post_message(pane.Pointed(screen._viewport.cursor, -1))
        await settle(pilot)
        assert screen._viewport.range(*screen._reach).chosen


async def test_smoothing_cycles_and_the_raw_line_stays(app_of):
    async with app_of(FakeSource(State.PAUSED)).run_test(size=SIZE) as pilot:
        await settle(pilot)
        accuracy, drift, beta, _ = pilot.app.screen._page.panes
        assert [pane.window for pane in (accuracy, drift, beta)] == [25, 0, 0]
        assert "mean of 100 steps" in await pressed(pilot, "m")
        assert "mean of" not in (await pressed(pilot, "m")).split("train loss")[0]
        await pressed(pilot, "tab", "m")
        assert [pane.window for pane in (accuracy, drift, beta)] == [0, 25, 0]


async def test_differences_hide_and_filter(app_of):
    async with app_of(FakeSource(State.PAUSED)).run_test(size=SIZE) as pilot:
        await settle(pilot)
        shown = await pressed(pilot, "d", "left")
        assert "Δ train accuracy" in shown and "bn − standard" in shown
        shown = await pressed(pilot, "d")
        assert "noisy − standard" in shown
        shown = await pressed(pilot, "d", "1")
        assert "Δ" not in shown and "hidden" in shown
        assert [each.variant for each in pilot.app.screen._page.panes[0].readings(100)] == ["bn", "noisy"]
        shown = await pressed(pilot, "1", "slash", *"fc")
        await pilot.press("enter")
        shown = await pressed(pilot)
        assert isinstance(pilot.app.screen, DashboardScreen)
        assert "drift of fc1" in shown
        await pressed(pilot, "right_square_bracket")
        assert pilot.app.screen.focus_on.layer == "fc1"
        await pilot.press("slash")
        await pressed(pilot, "escape")
        assert "drift of conv1" in await pressed(pilot, "right_square_bracket")


@pytest.mark.slow
async def test_all_variants_can_be_hidden(app_of):
    async with app_of(FakeSource(State.PAUSED)).run_test(size=SIZE) as pilot:
        await settle(pilot)
        for page in PAGE_KEYS:
            await pressed(pilot, page, "1", "2", "3", "left", "d", "plus", "d", "d", "1", "2", "3", "0", "escape")


async def test_outliers_and_a_diverged_difference(app_of):
    async with app_of(FakeSource(State.PAUSED, notices=(DIVERGED,))).run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "all values" in await pressed(pilot, "o")
        shown = await pressed(pilot, "d")
        assert "✖" in shown.split("variant")[0]


async def test_keys_that_wait_are_drawn_once(app_of, monkeypatch):
    async with app_of().run_test(size=SIZE) as pilot:
        await pilot.press("end", "home")
        await settle(pilot)
        drawn = []
        draw_all = DashboardScreen.draw_all
        monkeypatch.setattr(DashboardScreen, "draw_all", lambda screen: (drawn.append(True), draw_all(screen)))
        for _ in range(3):
            pilot.app.post_message(Key("shift+right", None))
        await settle(pilot)
        assert len(drawn) == 1
        cursor = pilot.app.screen._viewport.cursor
        await pilot.press(*["shift+left"] * 3)
        assert cursor > pilot.app.screen._viewport.cursor == 0
