"""The driver: what it submits, and what it makes of how points end."""

from __future__ import annotations

import pytest

from bntui.records import State, UserError
from bntui.sweep import lease, sweep_driver
from bntui.sweep.engine import Ended, Outcome
from bntui.sweep.point import Point
from bntui.sweep.sweep_driver import SweepDriver, ask_to_stop
from bntui.sweep.sweep_folder import DRIVER, Sweep
from tests.sweep.conftest import MadeRun
from tests.sweep.fake_engine import FakeEngine, Script


@pytest.fixture
def finishing(made_run: MadeRun) -> Script:
    def finish(point: Point) -> Ended:
        made_run(point)
        return Ended(point, Outcome.FINISHED)

    return finish


def _labels(sweep: Sweep) -> list[str]:
    return [point.label for point in sweep.points]


def test_every_point_is_trained_as_many_at_once_as_the_engine_takes(sweep: Sweep, finishing: Script) -> None:
    engine = FakeEngine(finishing)
    driver = SweepDriver(sweep, engine)
    driver.work()
    assert engine.submitted == _labels(sweep)
    assert engine.most_at_once == 2 and engine.closed and not driver.failures
    assert not sweep.driven


def test_what_is_finished_is_not_trained_again(sweep: Sweep, finishing: Script, made_run: MadeRun) -> None:
    made_run(sweep.points[1])
    engine = FakeEngine(finishing)
    SweepDriver(sweep, engine).work()
    SweepDriver(sweep, again := FakeEngine(finishing)).work()
    assert engine.submitted == [label for label in _labels(sweep) if label != sweep.points[1].label]
    assert again.submitted == []


def test_what_was_interrupted_comes_first(sweep: Sweep, finishing: Script, made_run: MadeRun) -> None:
    made_run(sweep.points[3], State.STOPPED)
    engine = FakeEngine(finishing)
    SweepDriver(sweep, engine).work()
    assert engine.submitted[0] == sweep.points[3].label and len(engine.submitted) == 4


def test_a_failed_point_stops_no_other_and_is_tried_again_on_demand(
    sweep: Sweep, finishing: Script, made_run: MadeRun
) -> None:
    def fail_first(point: Point) -> Ended:
        if point is not sweep.points[0]:
            return finishing(point)
        made_run(point, State.FAILED, error="training failed: no memory")
        return Ended(point, Outcome.FAILED, "training failed: no memory")

    failing = SweepDriver(sweep, FakeEngine(fail_first))
    failing.work()
    shown = SweepDriver(sweep, shown_engine := FakeEngine(finishing))
    shown.work()
    retrying = SweepDriver(sweep, engine := FakeEngine(finishing), retry_failed=True)
    retrying.work()
    assert failing.failures == shown.failures == {sweep.points[0].id: "training failed: no memory"}
    assert shown_engine.submitted == []
    assert engine.retries == engine.submitted == [sweep.points[0].label] and not retrying.failures


def test_a_command_runs_once_a_driver_has_ended_and_knows_how(
    sweep: Sweep, finishing: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[object, ...]] = []
    monkeypatch.setattr(sweep_driver, "start_command", lambda *given, **known: started.append((*given, known)))

    def state_after(script: Script, **options: bool) -> object:
        driver = SweepDriver(sweep, FakeEngine(script), on_end="mail", **options)
        driver.work()
        (*given, known) = started.pop()
        assert (given, started) == (["mail", sweep.folder], []) and known.pop("sweep") == sweep.name
        return known

    assert state_after(lambda point: Ended(point, Outcome.FAILED, "broken")) == {"state": State.FAILED}
    stopped = SweepDriver(sweep, FakeEngine(finishing), on_end="mail")
    stopped.stop()
    stopped.work()
    assert started.pop()[-1] == {"sweep": sweep.name, "state": State.STOPPED}
    assert state_after(finishing) == {"state": State.FINISHED}
    with lease.take(sweep.folder, DRIVER) or pytest.fail("another driver"), pytest.raises(UserError):
        SweepDriver(sweep, FakeEngine(finishing), on_end="mail").work()
    assert started == []


def test_the_first_failure_ends_a_sweep_on_demand(sweep: Sweep) -> None:
    engine = FakeEngine(lambda point: Ended(point, Outcome.FAILED, "broken"))
    driver = SweepDriver(sweep, engine, fail_fast=True)
    driver.work()
    assert len(engine.submitted) == 2 and engine.stops == [False]
    assert driver.failures == {sweep.points[0].id: "broken"}


def test_a_failed_point_can_be_tried_again_while_others_train(sweep: Sweep, finishing: Script) -> None:
    failures = iter([True])

    def script(point: Point) -> Ended:
        if point is sweep.points[0] and next(failures, False):
            return Ended(point, Outcome.FAILED, "broken")
        if point is sweep.points[1]:
            driver.retry(sweep.points[0])
        return finishing(point)

    driver = SweepDriver(sweep, engine := FakeEngine(script))
    driver.work()
    assert not driver.failures and engine.retries == [sweep.points[0].label]


def test_a_stop_lets_points_under_way_end_and_the_second_one_does_not(sweep: Sweep) -> None:
    def stop_twice(point: Point) -> Ended:
        driver.stop()
        driver.give_up()
        return Ended(point, Outcome.STOPPED)

    driver = SweepDriver(sweep, engine := FakeEngine(stop_twice))
    driver.work()
    assert len(engine.submitted) == 2 and engine.stops == [True]


def test_another_process_can_ask_for_a_stop(sweep: Sweep, finishing: Script) -> None:
    ask_to_stop(sweep)

    def script(point: Point) -> Ended:
        ask_to_stop(sweep)
        return finishing(point)

    driver = SweepDriver(sweep, engine := FakeEngine(script, slots=1))
    driver.work()
    assert engine.submitted == [sweep.points[0].label] and driver.stopping


def test_a_point_of_another_process_is_looked_at_again(
    sweep: Sweep, finishing: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_driver, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(sweep_driver, "BUSY_SECONDS", 0.0)
    busy = iter([True, True])
    driver = SweepDriver(
        sweep,
        engine := FakeEngine(lambda point: Ended(point, Outcome.BUSY) if next(busy, False) else finishing(point)),
    )
    driver.work()
    assert sorted(engine.submitted) == sorted([*_labels(sweep), *_labels(sweep)[:2]])


def test_a_point_whose_process_dies_is_resumed_and_fails_if_it_always_dies(sweep: Sweep, finishing: Script) -> None:
    deaths = iter([True])

    def script(point: Point) -> Ended:
        dies = point is sweep.points[1] or (point is sweep.points[0] and next(deaths, False))
        return Ended(point, Outcome.DIED, "killed by signal 9") if dies else finishing(point)

    driver = SweepDriver(sweep, engine := FakeEngine(script))
    driver.work()
    assert engine.submitted.count(sweep.points[0].label) == 2
    assert engine.submitted.count(sweep.points[1].label) == 3
    assert driver.failures == {sweep.points[1].id: "killed by signal 9, 3 times at step 0"}


def test_a_sweep_has_one_driver(sweep: Sweep, finishing: Script) -> None:
    held = lease.take(sweep.folder, DRIVER)
    assert held
    engine = FakeEngine(finishing)
    with pytest.raises(UserError, match="another process drives it"):
        SweepDriver(sweep, engine).work()
    assert engine.closed and engine.submitted == []
