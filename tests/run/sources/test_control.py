"""Steering of the trainer's thread by the keys of the dashboard."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bntui.run.sources.control import Control

SECONDS = 10  # how long a thread may take that should not block at all


def test_an_unsteered_trainer_goes_on() -> None:
    control = Control()
    assert all(control.may_step() for _ in range(3))


def test_a_step_lets_one_through_and_pauses_again() -> None:
    control = Control()
    control.step()
    assert control.may_step()
    assert control.paused
    assert not control.may_step()


@pytest.mark.parametrize("way_out", ["resume", "step", "checkpoint", "stop"])
def test_a_paused_trainer_waits_until_told(way_out: str) -> None:
    control = Control()
    control.pause()
    assert not control.may_step()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(control.wait)
        getattr(control, way_out)()
        waiting.result(SECONDS)
    answers = {"resume": control.may_step(), "checkpoint": control.must_save(), "stop": control.stopping}
    assert [name for name, true in answers.items() if true] == ["resume" if way_out == "step" else way_out]


def test_a_checkpoint_is_saved_once() -> None:
    control = Control()
    control.checkpoint()
    assert [control.must_save(), control.must_save()] == [True, False]


def test_steps_asked_for_before_going_on_are_forgotten() -> None:
    control = Control()
    control.step()
    control.step()
    control.resume()
    control.pause()
    assert not control.may_step()


def test_a_stop_is_final() -> None:
    control = Control()
    control.stop()
    control.resume()
    assert control.stopping
