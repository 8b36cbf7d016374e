"""Updates are small, and the terminal shows the same as after a full redraw."""

import time

import pyte
import pytest
from textual._compositor import LayoutUpdate

from bntui.records import State
from bntui.run.sources.protocol import Status
from bntui.tui.terminal.capabilities import Colors, DisplayOverrides
from bntui.tui.terminal.compositor import DeltaCompositor
from bntui.tui.terminal.redraw_rate import FULL, LOW_BANDWIDTH, RedrawRate
from bntui.tui.terminal.settings import SettingsFile
from tests.tui.conftest import settle, text_of
from tests.tui.fake_source import FakeSource


async def test_partial_updates_are_small_and_complete(app_of, monkeypatch):
    source, written = FakeSource(done=400), []
    real = DeltaCompositor.render_partial_update

    def recording(compositor):
        update = real(compositor)
        if update is not None:
            written.append(update.render_segments(app.console))
        return update

    app = app_of(source)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        terminal = pyte.Screen(120, 36)
        stream = pyte.Stream(terminal)
        for y, line in enumerate(text_of(app).split("\n"), 1):
            stream.feed(f"\x1b[{y};1H{line}")
        monkeypatch.setattr(DeltaCompositor, "render_partial_update", recording)
        for done in range(400, 480, 8):
            source.extend(done, done + 8)
            source.status = Status(State.TRAINING, done + 8, rate=38.2, probe_share=0.12)
            app.screen.refresh_data()
            await pilot.pause()
        # What is drawn last is sent a moment later.
        while app.screen._dirty_widgets:
            await pilot.pause()
        for update in written:
            stream.feed(update)
        assert [line.rstrip() for line in terminal.display] == [line.rstrip() for line in text_of(app).split("\n")]
    # Textual alone writes some 33,000 characters here, this 4,000.
    assert 0 < sum(map(len, written)) < 8_000


@pytest.mark.parametrize("colors", [Colors.TRUECOLOR, Colors.EIGHT_BIT, Colors.ANSI, Colors.NONE])
async def test_a_full_update_shows_the_same_as_textuals_in_fewer_bytes(app_of, colors):
    app = app_of(FakeSource(State.PAUSED))
    app.apply_settings(SettingsFile(), DisplayOverrides(colors), {})
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        ours = app.screen._compositor.render_full_update()
        theirs = LayoutUpdate(ours.strips, ours.region)
        sent = [update.render_segments(app.console) for update in (ours, theirs)]
    assert len(sent[0]) < len(sent[1])
    screens = [_shown(text) for text in sent]
    assert screens[0] == screens[1]


def _shown(text):
    terminal = pyte.Screen(120, 36)
    pyte.Stream(terminal).feed(text.replace("\n", ""))
    return [[terminal.buffer[y][x] for x in range(120)] for y in range(36)]


@pytest.mark.parametrize("budget", [FULL, LOW_BANDWIDTH])
def test_many_bytes_slow_the_redraw_rate_within_limits(monkeypatch, budget):
    monkeypatch.setattr(time, "thread_time", lambda: 0.0)
    written = 0
    redraw_rate = RedrawRate(budget, lambda: written)
    intervals = []
    for more in (0, budget.fastest * budget.bytes_per_second * 1.2, 1_000_000, 0):
        written += int(more)
        redraw_rate.start_redraw()
        intervals.append(redraw_rate.interval)
    assert intervals == [budget.fastest, pytest.approx(1.2 * budget.fastest, 0.01), budget.slowest, budget.fastest]


def test_much_cpu_time_slows_the_redraw_rate_within_limits(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(time, "thread_time", lambda: clock[0])
    redraw_rate = RedrawRate()
    for _ in range(20):
        clock[0] += 0.015
        redraw_rate.start_redraw()
    assert redraw_rate.interval == pytest.approx(0.75, 0.01)
    clock[0] += 100
    redraw_rate.start_redraw()
    assert redraw_rate.interval == FULL.slowest
