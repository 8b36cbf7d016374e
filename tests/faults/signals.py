"""Signals: every exit that Python can see restores the terminal, with the documented status; the rest goes on."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bntui.records import State
from tests.faults.experiment import (
    ENDLESS,
    Place,
    missing_rows,
    place,
    read_text,
    rows,
    traceback_in,
    wrong_state,
    wrong_status,
)
from tests.faults.outcome import Kind, Outcome
from tests.faults.program import Program

REACTION = 2.0
"""Seconds within which a program must react."""
TRIES = 3
ENTERED = b"\x1b[?1049h"


LEFT = (0,)
"""The exit status of a dashboard that was left, or stopped by a signal."""


@dataclass(frozen=True)
class Signal:
    """A signal that is sent some times; `statuses`: of a headless run that it stops; () if training goes on."""

    name: str
    number: int
    statuses: tuple[int, ...] = ()
    times: int = 1


ENDING = (
    Signal("TERM", signal.SIGTERM, (143,)),
    Signal("INT", signal.SIGINT, (130,)),
    Signal("INT ten times", signal.SIGINT, (130, -signal.SIGINT), times=10),
    Signal("TERM twice", signal.SIGTERM, (143, -signal.SIGTERM), times=2),
    Signal("QUIT", signal.SIGQUIT, (131,)),
    Signal("XCPU", signal.SIGXCPU, (128 + signal.SIGXCPU,)),
)
PASSING = (
    Signal("HUP", signal.SIGHUP),
    Signal("USR1", signal.SIGUSR1),
    Signal("USR2", signal.SIGUSR2),
    Signal("PIPE", signal.SIGPIPE),
    Signal("WINCH", signal.SIGWINCH),
)
STOPPING = (Signal("TSTP", signal.SIGTSTP), Signal("STOP", signal.SIGSTOP))


def headless(tries: int = TRIES) -> Iterator[Outcome]:
    """Signal training without a screen."""
    moments = random.Random("headless")
    for _ in range(tries):
        for sent in ENDING:
            yield _headless_ends(sent, moments.uniform(0, 0.5))
        for sent in (*PASSING, *STOPPING):
            yield _headless_goes_on(sent, moments.uniform(0, 0.5))


def dashboard(tries: int = TRIES) -> Iterator[Outcome]:
    """Signal the dashboard."""
    moments = random.Random("dashboard")
    for _ in range(tries):
        for sent in ENDING:
            yield _dashboard_ends(sent, moments.uniform(0, 1))
        for sent in PASSING[1:]:
            yield _dashboard_goes_on(sent, moments.uniform(0, 1))
        for sent in STOPPING:
            yield _dashboard_continues(sent, moments.uniform(0, 1))
        yield _dashboard_hung_up(moments.uniform(0, 1))


def loading(tries: int = 4) -> Iterator[Outcome]:
    """Stop a program that still imports torch: it ends at once and leaves no run."""
    moments = random.Random("loading")
    for _ in range(tries):
        for sent in ENDING[:2]:
            yield _loading_ends(sent, moments.uniform(0.7, 3), headless=True)
            yield _loading_ends(sent, moments.uniform(0.7, 3), headless=False)


def slow_line(tries: int = 2) -> Iterator[Outcome]:
    """Resize thirty times over a line of 20 kB/s: `q` acts within two seconds."""
    sizes = random.Random("slow line")
    for _ in range(tries):
        tried = "30 resizes at 20 kB/s, then ctrl+q"
        with place() as here, here.dashboard(steps=ENDLESS, rate=20_000) as program:
            _trains(here, program)
            for _ in range(30):
                program.resize(sizes.randint(80, 240), sizes.randint(24, 70))
                time.sleep(0.03)
            program.type("\x11")
            yield _too_slow(program, tried, (0,)) or _restored(program, tried) or Outcome(tried)


def _headless_ends(sent: Signal, after: float) -> Outcome:
    tried = f"headless: {sent.name}"
    with place() as here, here.headless(steps=ENDLESS) as program:
        _trains(here, program, after)
        _send(program, sent)
        too_slow = _too_slow(program, tried, sent.statuses, here)
        at_once = sent.times > 1
        states = (State.STOPPED, State.INTERRUPTED) if at_once else (State.STOPPED,)
        return (
            traceback_in(here.printed, tried)
            or too_slow
            or wrong_state(here.run(), states, tried)
            or (None if at_once else _no_rows(here, tried))
            or Outcome(tried)
        )


def _headless_goes_on(sent: Signal, after: float) -> Outcome:
    tried = f"headless: {sent.name}" + (" and CONT" if sent in STOPPING else "")
    with place() as here, here.headless() as program:
        _trains(here, program, after)
        program.send(sent.number)
        if sent in STOPPING:
            if not program.until_state("T", 5.0):
                return Outcome(tried, "is not suspended")
            time.sleep(0.3)
            program.send(signal.SIGCONT)
        status = program.wait()
        return (
            traceback_in(here.printed, tried)
            or wrong_status(status, (0,), tried, here.printed)
            or wrong_state(here.run(), (State.FINISHED,), tried)
            or missing_rows(read_text(here.csv), 300, tried)
            or Outcome(tried)
        )


def _dashboard_ends(sent: Signal, after: float) -> Outcome:
    tried = f"dashboard: {sent.name}"
    with place() as here, here.dashboard(steps=ENDLESS) as program:
        _trains(here, program, after)
        _send(program, sent)
        return (
            _too_slow(program, tried, LEFT)
            or _restored(program, tried)
            or wrong_state(here.run(), (State.STOPPED, State.INTERRUPTED), tried)
            or Outcome(tried)
        )


def _dashboard_goes_on(sent: Signal, after: float) -> Outcome:
    tried = f"dashboard: {sent.name}, then ctrl+q"
    with place() as here, here.dashboard(steps=ENDLESS) as program:
        _trains(here, program, after)
        program.send(sent.number)
        return _still_trains(here, program, tried) or _quits(here, program, tried)


def _dashboard_continues(sent: Signal, after: float) -> Outcome:
    tried = f"dashboard: {sent.name} and CONT, then ctrl+q"
    with place() as here, here.dashboard(steps=ENDLESS) as program:
        _trains(here, program, after)
        program.send(sent.number)
        if not program.until_state("T", 5.0):
            return Outcome(tried, "is not suspended") if program.alive else Outcome(tried, "ended")
        if sent.number == signal.SIGTSTP and (left := program.left_behind()):
            return Outcome(tried, f"suspended: {left}", Kind.TERMINAL)
        entered = program.written.count(ENTERED)
        program.send(signal.SIGCONT)
        # What is typed before the screen is back is dropped with the shell's line.
        program.until(lambda: program.written.count(ENTERED) > entered, 10.0)
        return _still_trains(here, program, tried) or _quits(here, program, tried)


def _dashboard_hung_up(after: float) -> Outcome:
    tried = "dashboard: the terminal is closed"
    with place() as here, here.dashboard() as program:
        _trains(here, program, after)
        program.hang_up()
        status = program.wait()
        return wrong_status(status, (0,), tried) or wrong_state(here.run(), (State.FINISHED,), tried) or Outcome(tried)


def _loading_ends(sent: Signal, after: float, *, headless: bool) -> Outcome:
    tried = f"{'headless' if headless else 'dashboard'}: {sent.name} {after:.1f} s after a cold start"
    with place() as here:
        start = here.headless if headless else here.dashboard
        with start(steps=ENDLESS, cold=True) as program:
            program.wait(after)
            began = here.run() is not None
            program.send(sent.number)
            # Until Python runs the program, it ends as any Python program does.
            allowed = (*(sent.statuses if headless else LEFT), 130, -sent.number)
            too_slow = _too_slow(program, tried, allowed, here if headless else None)
            return (
                traceback_in(here.printed if headless else program.text, tried)
                or too_slow
                or (None if headless else _restored(program, tried))
                or (Outcome(tried, "left a run of no steps") if here.run() and not began else None)
                or Outcome(tried)
            )


def _trains(here: Place, program: Program, longer: float = 0.0) -> None:
    assert program.until(here.trains), f"no training: {here.printed or program.text[-300:]}"
    program.wait(longer)


def _send(program: Program, sent: Signal) -> None:
    for _ in range(sent.times):
        program.send(sent.number)
        time.sleep(0.02)


def _still_trains(here: Place, program: Program, tried: str) -> Outcome | None:
    done = here.steps_done()
    if program.until(lambda: here.trains(done + 1), 10.0):
        return None
    return _restored(program, tried) or Outcome(tried, "training did not go on" if program.alive else "ended")


def _quits(here: Place, program: Program, tried: str) -> Outcome:
    program.type("\x11")
    return (
        _too_slow(program, tried, (0,))
        or _restored(program, tried)
        or wrong_state(here.run(), (State.STOPPED,), tried)
        or Outcome(tried)
    )


def _too_slow(program: Program, tried: str, allowed: tuple[int, ...], here: Place | None = None) -> Outcome | None:
    """The program ends within the time, with a documented status."""
    status, seconds = program.wait_timed(20.0)
    if status is not None and seconds > REACTION:
        return Outcome(tried, f"ended after {seconds:.1f} s", Kind.FREEZE)
    return wrong_status(status, allowed, tried, here.printed if here else "")


def _restored(program: Program, tried: str) -> Outcome | None:
    if failed := traceback_in(program.text, tried):
        return failed
    left = program.left_behind()
    return Outcome(tried, left, Kind.TERMINAL) if left else None


def _no_rows(here: Place, tried: str) -> Outcome | None:
    text = read_text(here.csv)
    return None if text and rows(text) else Outcome(tried, "no CSV", Kind.LOST)
