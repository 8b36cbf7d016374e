"""The driver of a sweep: submits to an engine what is not done, until everything is, has failed, or it is stopped."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping

from bntui.records import State, UserError
from bntui.run.sources.end_command import start_command
from bntui.run.storage import run_files
from bntui.sweep import lease
from bntui.sweep.counts import counted
from bntui.sweep.engine import Ended, Engine, Outcome
from bntui.sweep.point import Point
from bntui.sweep.progress import PointState, SweepProgress
from bntui.sweep.sweep_folder import DRIVER, Sweep

POLL_SECONDS = 0.2
"""The longest time until a request to stop is heard."""
BUSY_SECONDS = 5.0
"""When to look again at a point on which another process works."""
MOST_DEATHS = 3
"""How often the process of a point may die without a step in between, before the point has failed."""

STOP = "stop"
"""The file in a sweep's folder that asks all who work on the sweep to stop, whenever it is replaced."""


def ask_to_stop(sweep: Sweep) -> None:
    """Ask the driver of a sweep and its workers, on whatever machine, to stop. Raises UserError."""
    try:
        run_files.replace(sweep.folder / STOP, b"", run_files.PRIVATE)
    except OSError as error:
        raise UserError(f"sweep {sweep.name}: the request cannot be written: {error.strerror or error}") from None


class StopRequests:
    """Tells whether anybody asked for a stop since this was made."""

    def __init__(self, sweep: Sweep) -> None:
        self._path = sweep.folder / STOP
        self._before = self._stamp()

    def came(self) -> bool:
        """Return whether a request came."""
        return self._stamp() != self._before

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns


class SweepDriver:
    """Drives a sweep in `work`, which belongs to one thread; the rest may be called by any thread or signal handler.

    `failures` says of each failed point, by its id, why.
    """

    attached = False

    def __init__(
        self,
        sweep: Sweep,
        engine: Engine,
        *,
        retry_failed: bool = False,
        fail_fast: bool = False,
        on_end: str | None = None,
    ) -> None:
        """`retry_failed`: points that failed before are trained again. `fail_fast`: stop at the first that fails.

        `on_end` is a shell command that runs once this driver has ended.
        """
        self.sweep = sweep
        self.failures: Mapping[str, str] = {}
        self.stopping = False
        self._engine = engine
        self._retry_failed = retry_failed
        self._fail_fast = fail_fast
        self._on_end = on_end
        self._now = self._drove = False
        self._told: bool | None = None
        self._waiting: deque[Point] = deque()
        self._retried: deque[Point] = deque()
        self._again: set[str] = set()
        self._under_way: dict[str, Point] = {}
        self._busy: dict[str, tuple[float, Point]] = {}
        self._deaths: dict[str, tuple[int, int]] = {}

    @property
    def engine(self) -> str:
        """The engine in a few words."""
        return self._engine.name

    def work(self) -> None:
        """Drive the sweep until nothing is left to do. Raises UserError if another process drives it."""
        state = State.FAILED
        try:
            self._drive()
            state = self._outcome()
        finally:
            self._engine.close()
            if self._on_end and self._drove:
                start_command(self._on_end, self.sweep.folder, sweep=self.sweep.name, state=state)

    def _drive(self) -> None:
        # First: a stop is asked for where the lease shows a driver.
        self._requests = StopRequests(self.sweep)
        held = lease.take(self.sweep.folder, DRIVER, self.stop)
        if held is None:
            raise UserError(f"sweep {self.sweep.name}: another process drives it; to watch: bntui sweep show")
        with held:
            self._drove = True
            self._progress = SweepProgress(self.sweep)
            self._begin(self._progress.read())
            while self._left():
                self._take_turn()

    def _outcome(self) -> State:
        """Return what became of the sweep: points may have failed, or wait because it was stopped."""
        if self.failures:
            return State.FAILED
        return State.FINISHED if counted(self._progress.read()).over else State.STOPPED

    def stop(self, now: bool = False) -> None:
        """Begin no more points; those under way end after their step, or at once."""
        self._now = self._now or now
        self.stopping = True

    def retry(self, point: Point) -> None:
        """Train a failed point again; no effect once `work` has ended."""
        self._retried.append(point)

    def give_up(self) -> bool:
        """Stop, the second time at once; return False: the points under way have something to save."""
        self.stop(now=self.stopping)
        return False

    def resume(self) -> None:
        """Do nothing: a sweep does not pause."""

    def checkpoint(self) -> None:
        """Do nothing: its runs write checkpoints in their own time."""

    def _begin(self, states: tuple[PointState, ...]) -> None:
        failed = [state for state in states if state.state == State.FAILED]
        if self._retry_failed:
            self._again = {state.point.id for state in failed}
        else:
            self.failures = {state.point.id: state.error for state in failed}
        left = [state for state in states if state.state != State.FINISHED and state.point.id not in self.failures]
        # What was interrupted is finished before anything new begins.
        self._waiting.extend(state.point for state in sorted(left, key=lambda state: state.run is None))

    def _left(self) -> bool:
        if self.stopping:
            return bool(self._under_way)
        return bool(self._waiting or self._retried or self._under_way or self._busy)

    def _take_turn(self) -> None:
        if self._requests.came():
            self.stop()
        if self.stopping:
            self._tell_engine()
        else:
            self._submit()
        if not self._under_way:
            # Others work on what is left.
            time.sleep(POLL_SECONDS)
        elif ended := self._engine.next_ended(POLL_SECONDS):
            del self._under_way[ended.point.id]
            self._note(ended)

    def _tell_engine(self) -> None:
        if self._told != self._now:
            self._told = self._now
            self._engine.stop(self._now)

    def _submit(self) -> None:
        self._collect()
        while self._waiting and len(self._under_way) < self._engine.slots:
            point = self._waiting.popleft()
            self._under_way[point.id] = point
            self._engine.submit(point, point.id in self._again)

    def _collect(self) -> None:
        """Put what is to be tried again into the queue."""
        while self._retried:
            point = self._retried.popleft()
            if point.id in self.failures:
                self._forget(point)
                self._waiting.append(point)
        now = time.monotonic()
        for due, point in list(self._busy.values()):
            if due <= now:
                del self._busy[point.id]
                self._waiting.append(point)

    def _forget(self, point: Point) -> None:
        self.failures = {id_: error for id_, error in self.failures.items() if id_ != point.id}
        self._again.add(point.id)
        self._deaths.pop(point.id, None)

    def _note(self, ended: Ended) -> None:
        point = ended.point
        if ended.outcome is Outcome.BUSY:
            self._busy[point.id] = time.monotonic() + BUSY_SECONDS, point
        elif ended.outcome is Outcome.FAILED:
            self._fail(point, ended.error)
        elif ended.outcome is Outcome.DIED and not self.stopping:
            self._revive(point, ended.error)

    def _fail(self, point: Point, error: str) -> None:
        self.failures = {**self.failures, point.id: error}
        if self._fail_fast:
            self.stop()

    def _revive(self, point: Point, error: str) -> None:
        """Submit a point again whose process died, unless it always dies at the same step."""
        steps = next(state.steps for state in self._progress.read() if state.point.id == point.id)
        before, deaths = self._deaths.get(point.id, (steps, 0))
        deaths = deaths + 1 if steps == before else 1
        self._deaths[point.id] = steps, deaths
        if deaths >= MOST_DEATHS:
            self._fail(point, f"{error}, {deaths} times at step {steps}")
        else:
            self._waiting.appendleft(point)
