"""A comparison of groups of seeds: the screen, and its keys."""

import pytest

from tests.tui.conftest import settle, text_of
from tests.tui.fake_seeds import FakeComparison

SIX = ("lr=0.01", "lr=0.03", "lr=0.1", "lr=0.3", "lr=1", "lr=3")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_key_b_shows_the_interval_each_seed_or_the_mean(app_of, size):
    app = app_of(FakeComparison(ended={1: 60}))
    async with app.run_test(size=size) as pilot:
        shown = []
        for _ in range(4):
            await settle(pilot)
            shown.append(text_of(app))
            await pilot.press("b")
    assert ["95 % over 3 seeds" in text for text in shown] == [True, False, False, True]
    assert ["mean of 3 seeds" in text for text in shown] == [False, False, True, False]
    # The seed that diverged is marked in all of them.
    assert all("✖" in text for text in shown)


async def test_the_table_and_the_line_at_the_cursor_have_half_widths_and_seeds(app_of):
    app = app_of(FakeComparison(ended={1: 60}))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("left")
        await settle(pilot)
        shown = text_of(app).replace("\u00a0", " ")
    assert "✖ 1 of 3" in shown and "2 of 3 seeds" in shown and "3 seeds" in shown
    assert shown.count("±") > 15


async def test_six_groups_leave_the_charts_room_and_are_hidden_by_digits(app_of):
    app = app_of(FakeComparison(SIX))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert "lr=0.01/standard" in text_of(app) and "and 8 more" in text_of(app)
        assert all(pane.size.height >= 8 for pane in app.screen._page.charts)
        await pilot.press("2", "3", "4", "5")
        await settle(pilot)
        shown = text_of(app)
        assert "95 % over 3 seeds" in shown and "lr=3/noisy" in shown
        await pilot.press("d", "d")
        await settle(pilot)
        assert "lr=3/bn − lr=0.01/bn" in app.screen._page.focused_pane.figure.note


async def test_key_b_is_for_several_seeds_only(app_of):
    app = app_of()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert "b seeds" not in text_of(app)
        await pilot.press("b")
        await settle(pilot)
        assert "train accuracy" in text_of(app)
