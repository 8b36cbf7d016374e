"""What stands on every page, at every size and moment, as text: whatever changes it has to be looked at.

Colours are seen to in the pictures of `test_snapshots`, of which there are fewer.
"""

import pytest

from bntui.records import State
from bntui.tui.page import PLANS
from tests.tui.conftest import checked, settle, text_of
from tests.tui.fake_feed import DIVERGED, FALLBACK, FakeFeed

MOMENTS = {
    "empty": lambda: FakeFeed(State.PAUSED, done=0),
    "mid-run": lambda: FakeFeed(State.PAUSED, notices=(FALLBACK,)),
    "diverged": lambda: FakeFeed(State.PAUSED, notices=(DIVERGED,)),
    "finished": lambda: FakeFeed(State.FINISHED, done=1000),
}
SIZES = [(60, 16), (80, 24), (120, 36), (200, 50)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("moment", MOMENTS)
async def test_every_page(app_of, snapshot, moment, size):
    async with app_of(MOMENTS[moment]()).run_test(size=size) as pilot:
        await settle(pilot)
        await checked(pilot)
        for place, plan in enumerate(PLANS, 1):
            await pilot.press(f"f{place}")
            await settle(pilot)
            await checked(pilot)
            shown = "\n".join(line.rstrip() for line in text_of(pilot.app).splitlines())
            assert shown == snapshot(name=plan.name)
