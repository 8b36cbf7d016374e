"""kill -9 at random moments: what was measured a second before is stored, and the run stays readable."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

from bntui.records import State
from tests.faults.experiment import (
    ENDLESS,
    Place,
    exported,
    place,
    progress_of,
    reference,
    traceback_in,
    wrong_rows,
    wrong_state,
    wrong_status,
)
from tests.faults.outcome import Kind, Outcome
from tests.faults.program import Program

LATEST = 2.5
"""Seconds after its start within which a program is killed."""
LOST_SECONDS = 1.0
"""No measurement older than this is lost."""
COMPARED = 800
"""Steps of the undisturbed run with which a killed run is compared."""


def killed_headless(tries: int = 24) -> Iterator[Outcome]:
    """Kill training without a screen."""
    return _killed("headless", lambda here: here.headless(steps=ENDLESS), tries)


def killed_dashboard(tries: int = 16) -> Iterator[Outcome]:
    """Kill training in the dashboard."""
    return _killed("dashboard", lambda here: here.dashboard(steps=ENDLESS), tries)


def _killed(name: str, start: Callable[[Place], Program], tries: int) -> Iterator[Outcome]:
    moments = random.Random(name)
    for _ in range(tries):
        after = moments.uniform(0.0, LATEST)
        tried = f"{name}, after {after:.2f} s"
        with place() as here, start(here) as program:
            begin, killed = _kill_at(here, program, after)
            steps, seconds = progress_of(here.run())
            if not steps:
                # Nothing was measured long enough ago to be stored.
                yield Outcome(tried)
                continue
            lost = killed - (begin + seconds)
            yield (
                wrong_state(here.run(), (State.INTERRUPTED,), tried)
                or _older_than_a_second(lost, tried)
                or wrong_rows(_exported(here)[: len(reference(COMPARED))], reference(COMPARED), tried)
                or Outcome(tried, lost_seconds=lost)
            )


def _kill_at(here: Place, program: Program, after: float) -> tuple[float, float]:
    """Kill the program some seconds after its start; return when training began, by the clock, and when it ended."""
    deadline, begin = time.monotonic() + after, float("inf")
    while time.monotonic() < deadline and program.alive:
        steps, seconds = progress_of(here.run())
        if steps:
            begin = min(begin, time.monotonic() - seconds)
        time.sleep(0.05)
    killed = time.monotonic()
    program.kill()
    return min(begin, killed), killed


def _exported(here: Place) -> list[list[str]]:
    run = here.run()
    assert run is not None
    return exported(run)


def _older_than_a_second(lost: float, tried: str) -> Outcome | None:
    if lost <= LOST_SECONDS:
        return None
    return Outcome(tried, f"{lost:.2f} s of measurements lost", Kind.LOST, lost)


def resumed(runs: int = 4, kills: int = 5) -> Iterator[Outcome]:
    """Kill a run, and its continuations, at random moments; in the end its CSV is that of the undisturbed run."""
    moments = random.Random("resumed")
    for number in range(runs):
        with place() as here:
            yield from _killed_and_resumed(here, kills, moments, f"run {number + 1}")


def _killed_and_resumed(here: Place, kills: int, moments: random.Random, tried: str) -> Iterator[Outcome]:
    arguments = here.train("--headless", "--set", "checkpoint.seconds=0.2", steps=COMPARED)
    for _ in range(kills):
        with _started(here, arguments) as program:
            program.until(here.trains)
            program.wait(moments.uniform(0.0, 1.0))
            program.kill()
            failed = traceback_in(here.printed, tried)
        yield failed or Outcome(f"{tried}: killed at step {here.steps_done()}")
        if here.run():
            arguments = ("resume", "last", "--headless")
    with _started(here, arguments) as program:
        status = program.wait()
    yield (
        traceback_in(here.printed, tried)
        or wrong_status(status, (0,), tried, here.printed)
        or wrong_state(here.run(), (State.FINISHED,), tried)
        or _differs(here, tried)
        or Outcome(f"{tried}: finished after {kills} kills")
    )


def _started(here: Place, arguments: tuple[str, ...]) -> Program:
    return Program(*arguments, folder=here.folder, streams=("/dev/null", str(here.output), str(here.output)))


def _differs(here: Place, tried: str) -> Outcome | None:
    found, wanted = _exported(here), reference(COMPARED)
    return wrong_rows(found, wanted, tried) or (
        None if found == wanted else Outcome(tried, f"{len(found)} of {len(wanted)} rows", Kind.LOST)
    )
