"""Errors of the program itself, in screens: each is a line on the screen, and training goes on."""

import asyncio
from functools import wraps

import pytest
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen

from bntui.tui.screens.dashboard import DashboardScreen
from bntui.tui.screens.help import HelpScreen
from bntui.tui.widgets.chart_pane import ChartPane
from bntui.tui.widgets.header import Header
from bntui.tui.widgets.variant_table import VariantTable
from tests.tui.conftest import settle, text_of
from tests.tui.fake_source import FakeSource

SIZE = (120, 36)


def fail_first(monkeypatch, owner, name, error, times=1):
    """Make a method raise so many times before it works."""
    working, left = getattr(owner, name), [times]

    @wraps(working)
    def method(*arguments, **options):
        if left[0]:
            left[0] -= 1
            raise error("it broke\x1b[31m")
        return working(*arguments, **options)

    monkeypatch.setattr(owner, name, method)


@pytest.mark.parametrize(
    ("owner", "name", "error"),
    [
        (ChartPane, "paint", MemoryError),
        (ChartPane, "on_resize", ValueError),
        (VariantTable, "show", RecursionError),
        (DashboardScreen, "refresh_data", ZeroDivisionError),
        (Header, "render_line", KeyError),
        (Screen, "_refresh_layout", OSError),
    ],
)
async def test_an_error_while_drawing_is_a_line_and_training_goes_on(
    app_of, monkeypatch, errors_of_screens, owner, name, error
):
    source = FakeSource()
    app = app_of(source)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        fail_first(monkeypatch, owner, name, error)
        await pilot.press("f2")
        await pilot.resize_terminal(110, 36)
        for _ in range(3):
            await settle(pilot)
        assert f"{error.__name__}: " in text_of(app)
        assert isinstance(app.screen, DashboardScreen)
        assert app.training is source
        await pilot.press("space")
        await settle(pilot)
        assert "paused" in text_of(app)
    assert "Traceback" in errors_of_screens[0]
    errors_of_screens.clear()


async def test_errors_without_end_end_the_dashboard_but_not_training(app_of, monkeypatch, errors_of_screens):
    source = FakeSource()
    app = app_of(source)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        fail_first(monkeypatch, Header, "render_line", ValueError, times=10_000)
        async with asyncio.timeout(60):
            while app.crash is None:
                app.post_message(Resize(Size(110, 36), Size(110, 36)))
                await asyncio.sleep(0)
    assert isinstance(app.crash, ValueError)
    assert app.return_code == 1
    assert app.training is source
    assert "stop" not in source.calls
    errors_of_screens.clear()


async def test_an_error_of_a_key_is_a_line(app_of, monkeypatch, errors_of_screens):
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        fail_first(monkeypatch, DashboardScreen, "action_export", ValueError)
        await pilot.press("e")
        await settle(pilot)
        assert "ValueError: it broke\ufffd[31m" in text_of(app)
    errors_of_screens.clear()


async def test_a_dialog_that_breaks_is_closed(app_of, monkeypatch, errors_of_screens):
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        fail_first(monkeypatch, HelpScreen, "compose", ValueError)
        await pilot.press("question_mark")
        for _ in range(3):
            await settle(pilot)
        assert isinstance(app.screen, DashboardScreen)
        assert "ValueError: it broke" in text_of(app)
    errors_of_screens.clear()
