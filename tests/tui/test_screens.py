"""The text of the pages that are always there at every size and moment; `test_snapshots` has all pages in color."""

from functools import partial

import pytest

from bntui.records import State
from tests.tui.conftest import KEY_OF, checked, settle, text_of
from tests.tui.fake_source import DIVERGED, FALLBACK, ORDINARY_COLUMNS, FakeSource

made = partial(FakeSource, columns=ORDINARY_COLUMNS)
MOMENTS = {
    "empty": lambda: made(State.PAUSED, done=0),
    "mid-run": lambda: made(State.PAUSED, notices=(FALLBACK,)),
    "diverged": lambda: made(State.PAUSED, notices=(DIVERGED,)),
    "finished": lambda: made(State.FINISHED, done=1000),
}
SIZES = [(60, 16), (80, 24), (120, 36), (200, 50)]

at_every_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


def trimmed(app) -> str:
    return "\n".join(line.rstrip() for line in text_of(app).splitlines())


@at_every_size
@pytest.mark.parametrize("moment", MOMENTS)
async def test_every_page(app_of, snapshot, moment, size):
    async with app_of(MOMENTS[moment]()).run_test(size=size) as pilot:
        for name, key in KEY_OF.items():
            await pilot.press(key)
            await checked(pilot)
            assert trimmed(pilot.app) == snapshot(name=name)


@at_every_size
async def test_loading(app_of, snapshot, size):
    async with app_of(made(State.LOADING)).run_test(size=size) as pilot:
        await settle(pilot)
        assert trimmed(pilot.app) == snapshot


@at_every_size
async def test_mechanics_with_steps_applied(app_of, snapshot, size):
    async with app_of(made(State.PAUSED)).run_test(size=size) as pilot:
        await pilot.press(KEY_OF["mechanics"], "enter", "enter", "down", "right", "n")
        await settle(pilot)
        assert trimmed(pilot.app) == snapshot
