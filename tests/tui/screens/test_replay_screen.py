"""A replayed run on the screen: it loads gradually, and keys work meanwhile."""

import threading
import time
from pathlib import Path

from bntui.records import Measurement, Progress, RunInfo, State
from bntui.run.series.history import Key
from bntui.run.sources.replay import ReplayedRun, replay
from bntui.run.storage.reader import RunReader
from bntui.run.storage.writer import RunWriter
from bntui.tui.app import DashboardApp
from tests.tui.conftest import KEY_OF, settle, text_of
from tests.tui.fake_source import COLUMNS, LAYERS, spec_of

STEPS = 100_000
SIZE = (120, 36)


def run_of(runs_dir: Path, steps: int) -> Path:
    """Write a finished run of one variant, which keeps the test short."""
    writer = RunWriter(runs_dir, spec_of(("bn",), steps))
    writer.begin(RunInfo(COLUMNS, ("bn",), LAYERS, steps, 24, "mnist", "cpu", "cpu"))
    taken = (Measurement(step, "bn", "train", (1.0, step / steps)) for step in range(steps))
    writer.write(taken, Progress(steps, 100.0, 10.0))
    writer.close(State.FINISHED)
    return writer.folder


async def test_a_long_run_loads_gradually(tmp_path, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    after = RunReader.blocks_after

    def waiting(reader, last, most):
        if last:
            begun.set()
            go_on.wait(30)
        return after(reader, last, most)

    monkeypatch.setattr(RunReader, "blocks_after", waiting)
    source = replay(run_of(tmp_path, STEPS))
    app = DashboardApp(lambda _: source, source.spec)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        begun.wait(30)
        read = len(source.history.points(Key("bn", "train", "loss")).steps)
        assert 0 < read < STEPS
        await pilot.press("z", "right_square_bracket", KEY_OF["layers"], KEY_OF["overview"])
        await settle(pilot)
        shown = text_of(app)
        assert "loading" in shown and "100,000" in shown and "train accuracy" in shown
        go_on.set()
        await app.workers.wait_for_complete([each for each in app.workers if each.group == "default"])
        await settle(pilot)
        assert len(source.history.points(Key("bn", "train", "loss")).steps) == STEPS
        assert "finished after 100,000 steps" in text_of(app)
        await pilot.press("q")
        await pilot.pause()
    assert app.return_code == 0


async def test_a_replay_is_paused_and_stepped_and_quits_without_asking(tmp_path):
    source = ReplayedRun(run_of(tmp_path, 1000), 1.0, sleep=lambda _: time.sleep(0.001))
    source.pause()
    app = DashboardApp(lambda _: source, source.spec)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("s", "s")
        while source.status.step < 2:
            await pilot.pause()
        await settle(pilot)
        shown = text_of(app)
        assert "paused" in shown and "2/1,000" in shown
        await pilot.press("space")
        await pilot.pause()
        assert source.status.state is State.REPLAYING
        await pilot.press("q")
        await app.workers.wait_for_complete()
        await pilot.pause()
    assert app.return_code == 0
