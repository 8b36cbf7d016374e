"""Work on a point, wherever that is: take it, see whether it is done, resume its run or train a new one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bntui.records import Session, State, UserError
from bntui.run.sources.live import LiveRun
from bntui.run.sources.resumed import ResumedRun
from bntui.run.storage import machine
from bntui.run.storage.summary import Summary
from bntui.sweep import lease
from bntui.sweep.engine import Ended, Outcome
from bntui.sweep.index import RunIndex
from bntui.sweep.point import Point
from bntui.sweep.progress import WAITING, SweepProgress
from bntui.sweep.sweep_folder import FOLDER, Sweep

LEASES = ".leases"
"""The folder, beside the sweeps, of the points that are being worked on: sweeps may have points in common."""


@dataclass(frozen=True)
class Workplace:
    """Where runs are stored and data sets found; `sweep` names the sweep in the titles of its runs.

    `command` is the one that trains the sweep, for the provenance of its runs, and `with_host` adds the machine's name.
    """

    runs_dir: Path
    data_dir: Path | None = None
    sweep: str = ""
    command: str = ""
    with_host: bool = False

    def session(self) -> Session:
        """Return what is known of this process, before it trains."""
        return machine.session(self.command, self.with_host)


class Worker:
    """Works on one point after the other. `stop` and `checkpoint` may be called by any thread, or signal handler."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._index = RunIndex(workplace.runs_dir)
        # Reentrant: a signal handler may interrupt a thread that holds it.
        self._changing = threading.RLock()
        self._run: LiveRun | None = None
        self._stopping = False

    def work_on(self, point: Point, retry: bool = False) -> Ended:
        """Have the point done, unless another process works on it; `retry`: also if its run failed."""
        try:
            held = lease.take(self._workplace.runs_dir / FOLDER / LEASES, point.id, self._end_run)
            if held is None:
                return Ended(point, Outcome.BUSY)
            with held:
                return self._work_on(point, retry)
        except Exception as error:
            return Ended(point, Outcome.FAILED, str(error) or type(error).__name__)

    def stop(self) -> None:
        """End the run under way after its step, and begin no other."""
        with self._changing:
            self._stopping = True
            self._end_run()

    def checkpoint(self) -> None:
        """Have a checkpoint of the run under way written."""
        with self._changing:
            if self._run:
                self._run.checkpoint()

    @property
    def stopping(self) -> bool:
        """True after `stop`."""
        return self._stopping

    def _end_run(self) -> None:
        with self._changing:
            if self._run:
                self._run.stop()

    def _work_on(self, point: Point, retry: bool) -> Ended:
        run = self._index.decisive_run(point.id)
        if run and run.state == State.FINISHED:
            return Ended(point, Outcome.FINISHED, trained=False)
        if run and run.state == State.FAILED and not retry:
            return Ended(point, Outcome.FAILED, run.error, trained=False)
        if run and not State(run.state).over:
            return Ended(point, Outcome.BUSY)
        if run:
            resumed = self._resumed(point, run)
            if resumed:
                return resumed
        return self._train(point, self._new_run(point))

    def _resumed(self, point: Point, run: Summary) -> Ended | None:
        """Go on with a run; return None where that cannot be done."""
        try:
            return self._train(
                point, ResumedRun(run.folder, self._workplace.data_dir, session=self._workplace.session())
            )
        except UserError:
            now = self._index.decisive_run(point.id)
            return Ended(point, Outcome.BUSY) if now and not State(now.state).over else None

    def _new_run(self, point: Point) -> LiveRun:
        title = f"{self._workplace.sweep}: {point.label}" if self._workplace.sweep else ""
        where = self._workplace.runs_dir, self._workplace.data_dir
        return LiveRun(
            point.spec, *where, fall_back=False, keep_steps=True, title=title, session=self._workplace.session()
        )

    def _train(self, point: Point, run: LiveRun) -> Ended:
        with self._changing:
            if self._stopping:
                return Ended(point, Outcome.STOPPED)
            self._run = run
        try:
            run.work()
        finally:
            with self._changing:
                self._run = None
        return Ended(point, Outcome.FINISHED if run.status.state is State.FINISHED else Outcome.STOPPED)


def free_points(sweep: Sweep, retry_failed: bool = False) -> Iterator[Point]:
    """Yield the points that nobody works on and that are not done, each once, as they are at that moment."""
    progress = SweepProgress(sweep)
    open_states = (WAITING, State.STOPPED, State.INTERRUPTED, *([State.FAILED] if retry_failed else []))
    tried: set[str] = set()
    while True:
        points = (state.point for state in progress.read() if state.state in open_states)
        point = next((point for point in points if point.id not in tried and not _taken(sweep.runs_dir, point)), None)
        if point is None:
            return
        tried.add(point.id)
        yield point


def worked_on(sweep: Sweep) -> bool:
    """Return whether a process works on a point of the sweep now."""
    return any(_taken(sweep.runs_dir, point) for point in sweep.points)


def _taken(runs_dir: Path, point: Point) -> bool:
    return lease.is_held(runs_dir / FOLDER / LEASES, point.id)
