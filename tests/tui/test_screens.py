"""What stands on every page, at every size and moment, as text: whatever changes it has to be looked at.

Colours are seen to in the pictures of `test_snapshots`, of which there are fewer.
"""

import pytest

from bntui.records import State
from bntui.tui.screens.pages import PAGES
from tests.tui.conftest import checked, settle, text_of
from tests.tui.fake_source import DIVERGED, FALLBACK, FakeSource

MOMENTS = {
    "empty": lambda: FakeSource(State.PAUSED, done=0),
    "mid-run": lambda: FakeSource(State.PAUSED, notices=(FALLBACK,)),
    "diverged": lambda: FakeSource(State.PAUSED, notices=(DIVERGED,)),
    "finished": lambda: FakeSource(State.FINISHED, done=1000),
}
SIZES = [(60, 16), (80, 24), (120, 36), (200, 50)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("moment", MOMENTS)
async def test_every_page(app_of, snapshot, moment, size):
    async with app_of(MOMENTS[moment]()).run_test(size=size) as pilot:
        await settle(pilot)
        await checked(pilot)
        for index, plan in enumerate(PAGES, 1):
            await pilot.press(f"f{index}")
            await settle(pilot)
            await checked(pilot)
            shown = "\n".join(line.rstrip() for line in text_of(pilot.app).splitlines())
            assert shown == snapshot(name=plan.name)
