"""Pictures of the dashboard at its moments and sizes: whatever changes them has to be looked at."""

import pytest

from bntui.records import State
from tests.tui.conftest import checked, settle
from tests.tui.fake_source import DIVERGED, FALLBACK, FakeSource

MOMENTS = {
    "loading": lambda: FakeSource(State.LOADING),
    "mid-run": lambda: FakeSource(notices=(FALLBACK,)),
    "diverged": lambda: FakeSource(State.PAUSED, notices=(DIVERGED,)),
    "finished": lambda: FakeSource(State.FINISHED, done=1000, notices=(FALLBACK,)),
}
PAGES = ["layers", "landscape", "smoothness", "shift", "distributions", "optimization", "claims"]
NEXT_LAYER = "right_square_bracket"
SIZES = [(80, 24), (120, 36), (200, 50)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("moment", MOMENTS)
def test_dashboard(app_of, snap_compare, moment, size):
    assert snap_compare(app_of(MOMENTS[moment]()), terminal_size=size, run_before=settle)


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("page", PAGES)
def test_page(app_of, snap_compare, page, size):
    key = f"f{2 + PAGES.index(page)}"
    assert snap_compare(app_of(), terminal_size=size, run_before=lambda pilot: opened(pilot, key, *[NEXT_LAYER] * 2))


async def opened(pilot, *keys):
    await pilot.press(*keys)
    await settle(pilot)
    await checked(pilot)


@pytest.mark.parametrize("size", [(60, 16), *SIZES], ids=lambda size: f"{size[0]}x{size[1]}")
def test_batch_norm_by_hand(app_of, snap_compare, size):
    keys = ["f9", "enter", "enter", "down", "right", "n"]
    assert snap_compare(app_of(), terminal_size=size, run_before=lambda pilot: opened(pilot, *keys))


def test_light_theme(app_of, snap_compare):
    app = app_of(FakeSource(notices=(FALLBACK, DIVERGED)), theme="textual-light")
    assert snap_compare(app, terminal_size=(120, 36), run_before=settle)


def test_least_size(app_of, snap_compare):
    assert snap_compare(app_of(), terminal_size=(60, 16), run_before=settle)
