"""The text of every page at every size and moment; `test_snapshots` has the colors."""

import pytest

from bntui.records import State
from bntui.tui.screens.pages import PAGE_KEYS
from bntui.views.page_catalogue import PAGES
from tests.tui.conftest import KEY_OF, checked, settle, text_of
from tests.tui.fake_source import DIVERGED, FALLBACK, FakeSource

MOMENTS = {
    "empty": lambda: FakeSource(State.PAUSED, done=0),
    "mid-run": lambda: FakeSource(State.PAUSED, notices=(FALLBACK,)),
    "diverged": lambda: FakeSource(State.PAUSED, notices=(DIVERGED,)),
    "finished": lambda: FakeSource(State.FINISHED, done=1000),
}
SIZES = [(60, 16), (80, 24), (120, 36), (200, 50)]

at_every_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


def trimmed(app) -> str:
    return "\n".join(line.rstrip() for line in text_of(app).splitlines())


@at_every_size
@pytest.mark.parametrize("moment", MOMENTS)
async def test_every_page(app_of, snapshot, moment, size):
    async with app_of(MOMENTS[moment]()).run_test(size=size) as pilot:
        for spec, key in zip(PAGES, PAGE_KEYS, strict=True):
            await pilot.press(key)
            await checked(pilot)
            assert trimmed(pilot.app) == snapshot(name=spec.name)


@at_every_size
async def test_loading(app_of, snapshot, size):
    async with app_of(FakeSource(State.LOADING)).run_test(size=size) as pilot:
        await settle(pilot)
        assert trimmed(pilot.app) == snapshot


@at_every_size
async def test_mechanics_with_steps_applied(app_of, snapshot, size):
    async with app_of(FakeSource(State.PAUSED)).run_test(size=size) as pilot:
        await pilot.press(KEY_OF["mechanics"], "enter", "enter", "down", "right", "n")
        await settle(pilot)
        assert trimmed(pilot.app) == snapshot
