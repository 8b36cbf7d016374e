"""Several programs and one folder of runs: two that start together, viewers, and changes of a run that trains."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bntui.records import State
from bntui.run.storage import folders
from bntui.run.storage.reader import RunReader
from tests.faults import damaged_runs
from tests.faults.experiment import (
    ENDLESS,
    Place,
    exported,
    place,
    read_text,
    reference,
    traceback_in,
    wrong_rows,
    wrong_state,
    wrong_status,
)
from tests.faults.outcome import Kind, Outcome
from tests.faults.program import Program

ASKS = 1000
DOWN = "\x1b[B"


def together(tries: int = 5) -> Iterator[Outcome]:
    """Start two runs in the same second and folder."""
    for _ in range(tries):
        tried = "two runs at the same second"
        with place() as here, ExitStack() as stack:
            outputs = [here.folder / f"output-{number}" for number in range(2)]
            programs = [
                stack.enter_context(
                    Program(*here.train("--headless"), folder=here.folder, streams=("/dev/null", str(path), str(path)))
                )
                for path in outputs
            ]
            statuses = [program.wait() for program in programs]
            printed = "".join(path.read_text() for path in outputs)
            found = [exported(run) for run in folders.all_runs(here.runs)]
            yield (
                traceback_in(printed, tried)
                or (None if statuses == [0, 0] else Outcome(tried, f"exit statuses {statuses}: {printed[-200:]}"))
                or (None if len(found) == 2 else Outcome(tried, f"{len(found)} runs", Kind.LOST))
                or next(filter(None, (wrong_rows(rows, reference(), tried) for rows in found)), None)
                or Outcome(tried)
            )


def commands(tries: int = 2) -> Iterator[Outcome]:
    """Delete, rename, annotate, list, export and stop a run that trains."""
    for _ in range(tries):
        with place() as here, here.headless(steps=ENDLESS) as training:
            assert training.until(here.trains), f"no training: {here.printed}"
            yield _command(here, (2,), "delete", "last", "--yes")
            for number in range(3):
                yield _command(here, (0,), "rename", "last", f"title {number}")
                yield _command(here, (0,), "note", "last", f"note {number}")
            yield _command(here, (0,), "runs")
            yield _command(here, (0,), "export", "last", "--csv", str(here.folder / "now.csv"))
            yield _command(here, (0,), "claims", "last")
            yield _command(here, (0,), "stop", "last")
            yield _stopped(here, training)


def viewers(count: int = 5) -> Iterator[Outcome]:
    """Attach several dashboards to one run, and leave them."""
    with place() as here, here.headless(steps=ENDLESS) as training, ExitStack() as stack:
        assert training.until(here.trains), f"no training: {here.printed}"
        attached = [stack.enter_context(Program("attach", "last", folder=here.folder)) for _ in range(count)]
        for number, viewer in enumerate(attached):
            tried = f"viewer {number + 1} of {count}"
            if not viewer.until(lambda viewer=viewer: "steps/s" in viewer.text, 30.0):  # type: ignore[misc]
                yield traceback_in(viewer.text, tried) or Outcome(tried, "shows no training", Kind.FREEZE)
        for number, viewer in enumerate(attached):
            tried = f"viewer {number + 1} of {count}"
            viewer.type("q")
            status = viewer.wait(10.0)
            yield (
                traceback_in(viewer.text, tried)
                or wrong_status(status, (0,), tried)
                or (Outcome(tried, left, Kind.TERMINAL) if (left := viewer.left_behind()) else None)
                or Outcome(tried)
            )
        yield _command(here, (0,), "stop", "last")
        yield _stopped(here, training)


def on_top(tries: int = 6) -> Iterator[Outcome]:
    """Open a damaged run, and compare it, while another trains in the same dashboard: training goes on."""
    for number, kind in enumerate(random.Random("on top").sample(sorted(damaged_runs.DAMAGE), tries)):
        tried = f"a run with damaged {kind} is opened while another trains"
        with place() as here:
            damaged = damaged_runs.good_run(here.runs)
            with contextlib.suppress(sqlite3.DatabaseError):
                damaged_runs.DAMAGE[kind](damaged, random.Random(number))
            with here.dashboard(steps=ENDLESS) as program:
                yield _opened(here, program, tried)


def _opened(here: Place, program: Program, tried: str) -> Outcome:
    if not program.until(here.trains, 20.0):
        return Outcome(tried, f"no training: {program.text[-200:]}")
    for key in ("r", DOWN, "\r", "\x1b", "r", " ", DOWN, " ", "c", "\x1b", "\x1b", "\x1b"):
        program.type(key)
        program.wait(0.3)
    done = here.steps_done()
    goes_on = program.until(lambda: here.trains(done + 1), 10.0)
    program.type("\x11")
    return (
        traceback_in(program.text, tried)
        or (None if goes_on else Outcome(tried, "training did not go on", Kind.FREEZE))
        or wrong_status(program.wait(20.0), (0,), tried)
        or wrong_state(here.run(), (State.STOPPED,), tried)
        or Outcome(tried)
    )


def asked(asks: int = ASKS) -> Iterator[Outcome]:
    """Ask from two threads at once whether a run that is over is in use, and what its state is."""
    with place() as here:
        with here.headless(steps=5) as program:
            program.wait()
        run = here.run()
        assert run is not None
        yield from _asked_at_once(run, asks)


def _asked_at_once(run: Path, asks: int) -> Iterator[Outcome]:
    wrong: list[str] = []

    def ask() -> None:
        for _ in range(asks):
            if folders.in_use(run):
                wrong.append("a run that is over is in use")

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    yield from (Outcome("asked twice at once", failure) for failure in wrong)
    yield from (Outcome("asked twice at once") for _ in range(2 * asks - len(wrong)))


def _command(here: Place, statuses: tuple[int, ...], *command: str) -> Outcome:
    tried = f"{' '.join(command[:1])} while it trains"
    output = here.folder / "command"
    output.unlink(missing_ok=True)
    with Program(*command, folder=here.folder, streams=("/dev/null", str(output), str(output))) as program:
        status = program.wait(20.0)
    printed = read_text(output) or ""
    return traceback_in(printed, tried) or wrong_status(status, statuses, tried, printed) or Outcome(tried)


def _stopped(here: Place, training: Program) -> Outcome:
    """The run was stopped by a command; its CSV, title and note are there."""
    tried = "the run, stopped"
    status = training.wait(20.0)
    run = here.run()
    failed = (
        traceback_in(here.printed, tried)
        or wrong_status(status, (0, 130, 143), tried, here.printed)
        or wrong_state(run, (State.STOPPED,), tried)
    )
    if failed or run is None:
        return failed or Outcome(tried, "gone", Kind.LOST)
    with RunReader(run) as reader:
        measured = reader.last_step
    text = read_text(here.csv)
    return Outcome(tried) if measured and text else Outcome(tried, "nothing was kept", Kind.LOST)
