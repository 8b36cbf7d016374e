"""What is written to the terminal: little, and the same picture as if everything had been written."""

import pyte

from bntui.records import State
from bntui.run.feed import Status
from bntui.tui.thrift import ThriftyCompositor
from tests.tui.conftest import settle, text_of
from tests.tui.fake_feed import FakeFeed


async def test_partial_updates_are_small_and_complete(app_of, monkeypatch):
    feed, written = FakeFeed(done=400), []
    real = ThriftyCompositor.render_partial_update

    def recording(compositor):
        update = real(compositor)
        if update is not None:
            written.append(update.render_segments(app.console))
        return update

    app = app_of(feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        terminal = pyte.Screen(120, 36)
        stream = pyte.Stream(terminal)
        for y, line in enumerate(text_of(app).split("\n"), 1):
            stream.feed(f"\x1b[{y};1H{line}")
        monkeypatch.setattr(ThriftyCompositor, "render_partial_update", recording)
        for done in range(400, 480, 8):
            feed.extend(done, done + 8)
            feed.status = Status(State.TRAINING, done + 8, rate=38.2, probe_share=0.12)
            app.screen.look()
            await pilot.pause()
        for update in written:
            stream.feed(update)
        assert [line.rstrip() for line in terminal.display] == [line.rstrip() for line in text_of(app).split("\n")]
    # Textual alone writes some 33,000 characters here, this 6,000.
    assert 0 < sum(map(len, written)) < 12_000
