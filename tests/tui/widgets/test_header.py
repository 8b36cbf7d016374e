"""What header and messages say of a run that is over."""

import pytest

from bntui.records import Notice, NoticeKind, State
from tests.tui.conftest import settle, text_of
from tests.tui.fake_source import TRAIN_COLUMNS, VARIANTS, FakeSource


@pytest.mark.parametrize(("lost", "width"), [(VARIANTS, 120), (VARIANTS, 80), (VARIANTS[:2], 120)])
async def test_a_run_without_a_variant_left_is_not_called_finished(app_of, lost, width):
    notices = tuple(Notice(NoticeKind.DIVERGED, f"{name} diverged", 3, name, "loss") for name in lost)
    if lost == VARIANTS:
        notices += (Notice(NoticeKind.ENDED, "every variant has diverged: ended after 4 steps", 4),)
    source = FakeSource(State.FINISHED, done=4, columns=TRAIN_COLUMNS, notices=notices)
    async with app_of(source).run_test(size=(width, 36)) as pilot:
        await settle(pilot)
        first, second, *_ = text_of(pilot.app).splitlines()
        below = text_of(pilot.app)
    header = first + second
    if lost == VARIANTS:
        assert ("every variant diverged" if width == 120 else "all diverged") in header and "finished" not in header
        assert "! finished after 4 steps: every variant diverged" in below and "ended after" not in below
    else:
        assert "finished" in header and "✔ finished after 4 steps · run" in below
