"""A sweep without a screen: lines about points and all of them, the table of failures, signals, a watcher."""

import io
import os
import signal
import threading

import pytest
from rich.console import Console

from bntui.headless import sweep_lines
from bntui.headless.sweep_lines import SweepLines
from bntui.records import State, UserError
from tests.tui.fake_sweep import FakeDriver, FakeProgress, state_of, sweep_of


@pytest.fixture
def sweep():
    return sweep_of(rates=(0.1, 0.3))


@pytest.fixture
def progress(sweep, monkeypatch) -> FakeProgress:
    """The states that are read: at first two points have ended."""
    points = sweep.points
    ended = (state_of(points[0], State.FINISHED), state_of(points[1], State.FAILED, 3, error="it broke\x1b[31m"))
    progress = FakeProgress((*ended, *(state_of(point, "waiting") for point in points[2:])))
    monkeypatch.setattr(sweep_lines, "SweepProgress", lambda _: progress)
    return progress


class Driver(FakeDriver):
    """Ends one more point, then does what a test gives it."""

    def __init__(self, sweep, progress, then=lambda: None):
        super().__init__(sweep)
        self._progress, self._then = progress, then

    def work(self) -> None:
        before = self._progress.states
        ended = state_of(before[2].point, State.FINISHED, diverged=("standard",))
        self._progress.states = (*before[:2], ended, *before[3:])
        self._then()


def run(sweep, driver, **console) -> tuple[int, str]:
    out = io.StringIO()
    status = SweepLines(sweep, driver, Console(file=out, width=100, **console)).run()
    return status, out.getvalue()


def test_points_that_end_are_lines_and_failures_a_table(sweep, progress):
    status, text = run(sweep, Driver(sweep, progress))
    assert status == 1
    lines = text.splitlines()
    assert "lr=0.1, seed 2 finished  bn 0.640  noisy 0.740  standard diverged at step 157" in lines
    assert not any(line.startswith("lr=0.1, seed 0 finished") for line in lines)
    assert "2 finished, 3 waiting, 1 failed" in text
    assert "lr=0.1, seed 1  it broke\ufffd[31m  /runs/noisy-20260102-000001/worker.log" in text
    assert "bntui sweep lr --retry-failed" in text and "go on with: bntui sweep lr" in text


def test_a_bar_is_drawn_on_a_terminal(sweep, progress):
    _, text = run(sweep, Driver(sweep, progress), force_terminal=True)
    assert "━" in text and "lr=0.1, seed 2 finished" in text


def test_points_that_failed_without_a_run_are_told(sweep, progress):
    def fail():
        driver.failures = {sweep.points[3].id: "the process was killed by signal 9, 3 times at step 0"}

    driver = Driver(sweep, progress, fail)
    status, text = run(sweep, driver)
    assert status == 1
    assert "lr=0.3, seed 0 failed: the process was killed by signal 9" in text


def test_success_is_status_0(sweep, progress):
    progress.states = tuple(state_of(point, State.FINISHED) for point in sweep.points)
    progress.seconds_left = None
    status, text = run(sweep, Driver(sweep, progress))
    assert status == 0
    assert text.splitlines()[-1] == "sweep lr: 6 finished"


def test_signals_stop_the_sweep_and_the_second_at_once(sweep, progress):
    heard = threading.Semaphore(0)

    class Stopped(Driver):
        def stop(self, now=False):
            super().stop(now)
            heard.release()

    def interrupt_twice():
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
            assert heard.acquire(timeout=60)

    driver = Stopped(sweep, progress, interrupt_twice)
    status, text = run(sweep, driver)
    assert driver.calls[:2] == ["stop", "stop at once"]
    assert status == 128 + signal.SIGINT
    assert "go on with: bntui sweep lr" in text


def test_an_error_of_the_driver_is_raised(sweep, progress):
    def fail():
        raise UserError("Ray has ended")

    with pytest.raises(UserError, match="Ray has ended"):
        run(sweep, Driver(sweep, progress, fail))


def test_output_that_nobody_takes_does_not_end_the_sweep(sweep, progress):
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    driver = Driver(sweep, progress)
    assert SweepLines(sweep, driver, Console(file=Closed())).run() == 1
    assert progress.states[2].state == State.FINISHED


def test_who_watches_ends_when_nobody_works_on_it(sweep, progress, monkeypatch):
    answers = iter((True, True))
    monkeypatch.setattr(type(sweep), "driven", property(lambda _: next(answers, False)))
    monkeypatch.setattr(sweep_lines, "READ_SECONDS", 0.0)
    status, text = run(sweep, None)
    assert status == 1 and "1 finished, 4 waiting, 1 failed" in text
