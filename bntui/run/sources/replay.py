"""A run that is over, reopened: all of it at once, or played back at a multiple of the training speed."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from bntui.records import Notice, Progress, Reading, State, UserError
from bntui.run.series.history import History
from bntui.run.series.step_rate import probe_share
from bntui.run.sources.attached import AttachedRun
from bntui.run.sources.protocol import Status
from bntui.run.sources.single import SingleRun
from bntui.run.storage.reader import RunReader

TICK_SECONDS = 0.1
"""Time between updates of a replay, and so the longest delay of a pause."""


def replay(folder: Path, speed: float | None = None) -> AttachedRun | ReplayedRun:
    """Open a run that is over; `speed` plays it at that multiple of the training speed, None shows all of it at once.

    Raises UserError if the run still trains or cannot be read.
    """
    with RunReader(folder) as reader:
        if not reader.state.over:
            raise UserError(f"run {reader.run_id}: still trains; `bntui attach {reader.run_id}` follows it")
    return AttachedRun(folder) if speed is None else ReplayedRun(folder, speed)


class ReplayedRun(SingleRun):
    """A `RunSource` that reveals a finished run's measurements as time passes."""

    attached = True
    folder: Path
    history: History

    def __init__(
        self,
        folder: Path,
        speed: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raise UserError if the speed is invalid, or the folder holds no readable run with measurements."""
        if not 0 < speed < float("inf"):
            raise UserError(f"--speed {speed}: must be above 0, such as 1 for the training speed, or 10")
        with RunReader(folder) as reader:
            super().__init__(reader.spec, Status(loading="reading the run"), folder)
            self._progress, self._all_notices, info = reader.progress, reader.notices(), reader.info
        if info is None or not self._progress.steps:
            raise UserError(f"run {folder.name}: nothing was measured, so there is nothing to play")
        self.history = History(info)
        self._later: deque[Reading] = deque()
        self._clock, self._sleep = clock, sleep
        self._rate = speed * _training_rate(self._progress)

    def work(self) -> None:
        """Play to the end, or until `stop` is called; blocks."""
        with RunReader(self.folder) as reader:
            self._later.extend(reading for _, reading in reader.readings_after())
            self._update(0, State.REPLAYING)
            ticks = self._ticks()
            for step, measurements in groupby(reader.measurements(), key=attrgetter("step")):
                self._play_past(step, ticks)
                if self._control.stopping:
                    return
                self.history.extend(measurements)
            self._play_past(self._progress.steps, ticks)
            self._update(self._progress.steps, reader.state)

    def _play_past(self, step: int, ticks: Iterator[int]) -> None:
        while self._status.step <= step and (done := next(ticks, None)) is not None:
            self._update(done, State.REPLAYING)

    def _ticks(self) -> Iterator[int]:
        """Yield the number of steps done at each tick, or after each single step, until the last or a stop."""
        played, since = 0.0, self._clock()
        while played < self._progress.steps and not self._control.stopping:
            if not self._control.may_step():
                self._control.wait()
            elif self._control.paused:
                played = int(played) + 1
            else:
                self._sleep(TICK_SECONDS)
                # A pause during the sleep must not reveal further steps.
                played += 0 if self._control.paused else (self._clock() - since) * self._rate
            since = self._clock()
            yield min(int(played), self._progress.steps)

    def _update(self, done: int, state: State) -> None:
        self.notices = tuple(notice for notice in self._all_notices if state.over or _happened(notice, done))
        while self._later and (state.over or self._later[0].progress.steps <= done):
            self.readings.append(self._later.popleft())
        self._status = Status(state, done, self._rate, probe_share(self._progress))


def _happened(notice: Notice, done: int) -> bool:
    return notice.step is None or notice.step < done


def _training_rate(progress: Progress) -> float:
    """Return the steps per second of the training; a run too short to be timed counts as one second."""
    return progress.steps / (progress.seconds or 1.0)
