"""kill -9 of a sweep's processes at random moments: no point is lost, and none is trained to its end twice."""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import psutil

from bntui.records import State
from bntui.run.storage import folders
from bntui.run.storage.listing import summaries
from bntui.sweep.point import identity
from bntui.sweep.sweep_folder import load
from tests.faults.experiment import Place, place, traceback_in, wrong_status
from tests.faults.outcome import Kind, Outcome
from tests.faults.program import Program

KILLS = (2, 6, 6, 6)
"""Of each sweep, which has as many points."""
STEPS = 800
LATEST = 1.5
"""Seconds after a step of the sweep within which a process is killed."""
LONGEST = 300.0

Kill = Callable[[Program], bool]


def driver() -> Iterator[Outcome]:
    """Kill the driver of a sweep on this machine, and say the command again."""
    return _killed("driver", _kill_driver)


def worker() -> Iterator[Outcome]:
    """Kill a process that trains for the local engine."""
    return _killed("worker", lambda program: _kill_one(program, "bntui.sweep.worker_process"))


def ray_worker() -> Iterator[Outcome]:
    """Kill a worker of Ray."""
    if find_spec("ray") is None:
        yield Outcome("Ray is not installed", skipped=True)
        return
    yield from _killed("Ray worker", lambda program: _kill_one(program, "ray::bntui"), "--engine", "ray")


def _killed(name: str, kill: Kill, *options: str) -> Iterator[Outcome]:
    moments = random.Random(name)
    for number, kills in enumerate(KILLS, 1):
        with place() as here:
            after = [moments.uniform(0.0, LATEST) for _ in range(kills)]
            yield from _one_sweep(here, f"{name}, sweep {number}", after, kill, options)


def _one_sweep(
    here: Place, tried: str, moments: Sequence[float], kill: Kill, options: tuple[str, ...]
) -> Iterator[Outcome]:
    settings = f"--seeds 0:{len(moments)} --steps {STEPS} --set checkpoint.seconds=0.2 --name killed".split()
    program = _started(here, str(here.preset), *settings, *options)
    try:
        for moment in moments:
            before = _steps(here.runs)
            program.until(lambda before=before: _steps(here.runs) > before, LONGEST)  # type: ignore[misc]
            program.wait(moment)
            at = f"{tried}: killed after {_steps(here.runs)} steps"
            # It is over, and nothing was killed, if all points were finished sooner.
            yield traceback_in(here.printed, tried) or Outcome(at, skipped=not (program.alive and kill(program)))
            if not program.alive:
                program = _started(here, "killed", *options)
        status = program.wait(LONGEST)
    finally:
        program.kill()
    yield (
        traceback_in(here.printed, tried)
        or wrong_status(status, (0,), tried, here.printed)
        or _wrong_runs(here.runs, tried)
        or Outcome(f"{tried}: every point finished once")
    )


def _started(here: Place, *arguments: str) -> Program:
    streams = "/dev/null", str(here.output), str(here.output)
    return Program("sweep", *arguments, "--jobs", "2", "--headless", folder=here.folder, streams=streams)


def _kill_driver(program: Program) -> bool:
    program.kill()
    return True


def _kill_one(program: Program, words: str) -> bool:
    """Kill the first process below the program whose command line has these words; return whether there is one."""
    for process in psutil.Process(program.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if words in " ".join(process.cmdline()):
                process.kill()
                return True
    return False


def _steps(runs_dir: Path) -> int:
    """Return the steps of all runs together."""
    return sum(run.progress.steps for run in summaries(runs_dir)) if runs_dir.is_dir() else 0


def _wrong_runs(runs_dir: Path, tried: str) -> Outcome | None:
    """Every point has one run, which is finished."""
    points = {point.id for point in load("killed", runs_dir).points}
    runs = Counter(identity(run.spec) for run in summaries(runs_dir) if run.spec and run.state == State.FINISHED)
    lost, twice = points - runs.keys(), [point for point, count in runs.items() if count > 1]
    more = len(folders.all_runs(runs_dir)) - len(points)
    if lost or twice or more:
        return Outcome(tried, f"{len(lost)} points lost, {len(twice)} trained twice, {more} other runs", Kind.LOST)
    return None
