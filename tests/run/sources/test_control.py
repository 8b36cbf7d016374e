"""Steering of the trainer's thread by the keys of the dashboard."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bntui.run.sources.control import Control

SECONDS = 10  # how long a thread may take that should not block at all


def test_an_unsteered_trainer_goes_on() -> None:
    control = Control()
    assert all(control.proceed() for _ in range(3))


def test_a_step_lets_one_through_and_pauses_again() -> None:
    control = Control()
    control.step()
    assert control.proceed()
    assert control.paused
    assert control.would_wait()


@pytest.mark.parametrize("way_out", ["resume", "step", "stop"])
def test_a_paused_trainer_waits_until_told(way_out: str) -> None:
    control = Control()
    control.pause()
    assert control.would_wait()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(control.proceed)
        getattr(control, way_out)()
        assert waiting.result(SECONDS) is (way_out != "stop")


def test_steps_asked_for_before_going_on_are_forgotten() -> None:
    control = Control()
    control.step()
    control.step()
    control.resume()
    control.pause()
    assert control.would_wait()


def test_a_stop_is_final() -> None:
    control = Control()
    control.stop()
    control.resume()
    assert not control.proceed()
    assert control.stopping
