"""A run that is over, reopened: all measurements at once, or as time passes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bntui.records import Measurement, Notice, NoticeKind, Progress, State, UserError
from bntui.run.series.history import Key
from bntui.run.sources import replay as module
from bntui.run.sources.replay import ReplayedRun, replay
from bntui.run.storage.writer import RunWriter
from bntui.spec import ExperimentSpec
from tests.run.conftest import INFO, NOTICES

LOSS = Key("bn", "train", "loss")


class Time:
    """A clock that advances only in `sleep`; `between` is called after each sleep."""

    def __init__(self, between: Callable[[], None] = lambda: None) -> None:
        self.now = 0.0
        self.between = between

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.between()


@pytest.fixture
def trained(tmp_path: Path, spec: ExperimentSpec) -> Path:
    """Ten steps, trained in five seconds, with a measurement after the last."""
    writer = RunWriter(tmp_path, spec)
    writer.begin(INFO)
    measured = [Measurement(step, "bn", "train", (float(step), 0.5)) for step in range(11)]
    writer.write([*measured, *NOTICES, Notice(NoticeKind.STOPPED, "stopped after 10", 10)], Progress(10, 5.0, 1.0))
    writer.close(State.STOPPED)
    return writer.folder


def _played(folder: Path, speed: float, between: Callable[[ReplayedRun], None]) -> tuple[ReplayedRun, Time]:
    time = Time()
    run = ReplayedRun(folder, speed, time.clock, time.sleep)
    time.between = lambda: between(run)
    run.work()
    return run, time


def _revealed(run: ReplayedRun) -> list[int]:
    assert run.history is not None
    return run.history.points(LOSS).steps.tolist()


def test_readings_are_revealed_as_their_steps_are(finished: Path) -> None:
    seen: list[tuple[int, int]] = []
    run, _ = _played(finished, 0.01, lambda run: seen.append((run.status.step, run.readings.version)))
    assert set(seen) == {(0, 0), (1, 1)}
    assert run.readings.version == 2


def test_without_a_speed_everything_is_there_at_once(trained: Path) -> None:
    run = replay(trained)
    run.work()
    assert run.attached
    assert run.history is not None
    assert len(run.history.points(LOSS).steps) == 11
    assert run.status.state is State.STOPPED


def test_it_plays_at_a_multiple_of_the_speed_of_training(trained: Path) -> None:
    moments = []
    run, time = _played(
        trained, 2, lambda run: moments.append((run.status.step, len(_revealed(run)), run.status.state))
    )
    # Trained at two steps a second, so played at four.
    assert time.now == pytest.approx(2.5, abs=module.TICK_SECONDS)
    assert run.status.rate == 4
    assert {state for *_, state in moments} == {State.REPLAYING}
    assert all(step == measured for step, measured, _ in moments)
    assert sorted(moments) == moments
    assert _revealed(run) == list(range(11))
    assert (run.status.state, run.status.step, run.status.probe_share) == (State.STOPPED, 10, 0.2)


def test_notices_appear_at_their_steps(trained: Path) -> None:
    kinds = {}
    run, _ = _played(trained, 1, lambda run: kinds.update({run.status.step: [notice.kind for notice in run.notices]}))
    assert kinds[1] == ["fallback"]
    assert kinds[2] == ["fallback", "diverged"]
    assert [notice.kind for notice in run.notices] == ["fallback", "diverged", "stopped"]


def test_pausing_stepping_and_going_on(trained: Path) -> None:
    run = ReplayedRun(trained, 1, sleep=lambda _: None)
    for _ in range(3):
        run.step()
    moments = run._ticks()
    assert [next(moments) for _ in range(3)] == [1, 2, 3]
    run.pause()
    run._update(3, State.REPLAYING)
    assert run.status.state is State.PAUSED
    run.step()
    assert next(moments) == 4
    run.resume()
    assert run.status.state is State.REPLAYING


def test_time_does_not_run_on_while_it_is_paused(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    time = Time()
    run = ReplayedRun(trained, 1, time.clock, time.sleep)
    moments = run._ticks()
    run.pause()

    def resumed_after_long() -> None:
        time.now += 1000
        run.resume()

    monkeypatch.setattr(run._control, "wait", resumed_after_long)
    assert next(moments) == 0


def test_no_more_steps_are_shown_once_it_is_paused(trained: Path) -> None:
    time = Time()
    run = ReplayedRun(trained, 1000, time.clock, time.sleep)
    time.between = run.pause
    assert next(run._ticks()) == 0


def test_stopping_ends_it_where_it_is(trained: Path) -> None:
    run, _ = _played(trained, 1, lambda run: run.stop() if run.status.step == 4 else None)
    assert run.status.step == 4
    assert _revealed(run) == [0, 1, 2, 3]


@pytest.mark.parametrize("speed", [0.0, -1.0, float("inf"), float("nan")])
def test_an_invalid_speed_is_refused(trained: Path, speed: float) -> None:
    with pytest.raises(UserError, match="--speed .*: must be above 0"):
        replay(trained, speed)


def test_a_run_that_still_trains_is_refused(writer: RunWriter) -> None:
    with pytest.raises(UserError, match="still trains; `bntui attach p-"):
        replay(writer.folder)
    writer.close(State.STOPPED)


def test_a_run_that_never_began_is_refused(tmp_path: Path, spec: ExperimentSpec) -> None:
    writer = RunWriter(tmp_path, spec)
    writer.close(State.FAILED)
    with pytest.raises(UserError, match="nothing to play"):
        replay(writer.folder, 1.0)
