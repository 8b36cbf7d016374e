"""Pictures of the dashboard: its colors, at one size and in the light theme. `test_screens` has all sizes as text."""

from functools import partial

import pytest

from bntui.records import State
from bntui.views.page_catalogue import PAGES
from tests.tui.conftest import checked, settle
from tests.tui.fake_seeds import FakeComparison
from tests.tui.fake_source import DIVERGED, FALLBACK, ORDINARY_COLUMNS, FakeSource, columns_of_page

SIZE = (120, 36)
made = partial(FakeSource, columns=ORDINARY_COLUMNS)
MOMENTS = {
    "loading": lambda: made(State.LOADING),
    "diverged": lambda: made(State.PAUSED, notices=(DIVERGED,)),
    "finished": lambda: made(State.FINISHED, done=1000, notices=(FALLBACK,)),
}
CHART_KEYS = ("right_square_bracket", "right_square_bracket")
KEYS = {"mechanics": ("enter", "enter", "down", "right", "n")}
"""Keys to press on the pages that have no charts of layers."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_dashboard(app_of, snap_compare, moment):
    assert snap_compare(app_of(MOMENTS[moment]()), terminal_size=SIZE, run_before=settle)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_page(app_of, snap_compare, page):
    async def open_page(pilot):
        await settle(pilot)
        await pilot.press(next(key for key, name in pilot.app.screen.page_names if name == page.name))
        await settle(pilot)
        await pilot.press(*KEYS.get(page.name, CHART_KEYS))
        await checked(pilot)

    assert snap_compare(app_of(FakeSource(columns=columns_of_page(page))), terminal_size=SIZE, run_before=open_page)


def test_light_theme(app_of, snap_compare):
    app = app_of(made(notices=(FALLBACK, DIVERGED)), theme="textual-light")
    assert snap_compare(app, terminal_size=SIZE, run_before=settle)


def test_intervals_over_seeds(app_of, snap_compare):
    assert snap_compare(app_of(FakeComparison(ended={1: 60})), terminal_size=SIZE, run_before=settle)
