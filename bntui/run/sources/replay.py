"""A run that is over, opened again: all of it at once, or played as it was trained, faster or slower."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from bntui.records import Notice, Progress, State, UserError
from bntui.run.series.history import History
from bntui.run.series.step_rate import probe_share
from bntui.run.sources.attached import AttachedRun
from bntui.run.sources.protocol import Status
from bntui.run.sources.steered import SteeredRun
from bntui.run.storage.reader import RunReader

TICK_SECONDS = 0.1
"""How often a replay goes on; at most a tenth of a second late to pause."""


def replay(folder: Path, speed: float | None = None) -> AttachedRun | ReplayedRun:
    """Open a run that is over. Raises UserError where it is not, or cannot be read.

    `speed` plays it at so many times the speed at which it was trained; without one all of it is there at once.
    """
    with RunReader(folder) as reader:
        if not reader.state.over:
            raise UserError(f"run {reader.run_id}: still trains; `bntui attach {reader.run_id}` follows it")
    return AttachedRun(folder) if speed is None else ReplayedRun(folder, speed)


class ReplayedRun(SteeredRun):
    """Implements `run.feed.Feed`; `work` belongs to one worker thread, the rest to any other."""

    attached = True

    def __init__(
        self,
        folder: Path,
        speed: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises UserError where there is no run that can be read, or nothing in it to play."""
        if not 0 < speed < float("inf"):
            raise UserError(f"--speed {speed}: should be above 0, such as 1 for the speed of training, or 10")
        with RunReader(folder) as reader:
            super().__init__(reader.spec, Status(loading="reading the run"), folder)
            self._progress, self._told, info = reader.progress, reader.notices(), reader.info
        if info is None or not self._progress.steps:
            raise UserError(f"run {folder.name}: nothing was measured, so there is nothing to play")
        self._run_folder = folder
        self._history = self._curves = History(info)
        self._clock, self._sleep = clock, sleep
        self._rate = speed * _rate(self._progress)

    @property
    def status(self) -> Status:
        """Where the replay stands now."""
        if self._status.state is State.REPLAYING and self._control.paused:
            return replace(self._status, state=State.PAUSED)
        return self._status

    def work(self) -> None:
        """Play to the end, or until `stop`; blocks."""
        with RunReader(self._run_folder) as reader:
            self._tell(0, State.REPLAYING)
            moments = self._moments()
            for step, taken in groupby(reader.measurements(), key=attrgetter("step")):
                self._play(step, moments)
                if self._control.stopping:
                    return
                self._curves.extend(taken)
            self._play(self._progress.steps, moments)
            self._tell(self._progress.steps, reader.state)

    def _play(self, step: int, moments: Iterator[int]) -> None:
        """Wait until a step is done, or all are."""
        while self._status.step <= step and (done := next(moments, None)) is not None:
            self._tell(done, State.REPLAYING)

    def _moments(self) -> Iterator[int]:
        """How many steps are done, as time goes by, or one by one while paused; ends with the last, or a stop."""
        played, since = 0.0, self._clock()
        while played < self._progress.steps:
            waits = self._control.would_wait()
            if not self._control.proceed():
                return
            if self._control.paused:
                played = int(played) + 1
            elif not waits:
                self._sleep(TICK_SECONDS)
                # Whoever paused it meanwhile is to see no more steps.
                played += 0 if self._control.paused else (self._clock() - since) * self._rate
            since = self._clock()
            yield min(int(played), self._progress.steps)

    def _tell(self, done: int, state: State) -> None:
        self._notices = tuple(notice for notice in self._told if state.over or _happened(notice, done))
        self._status = Status(state, done, self._rate, probe_share(self._progress))


def _happened(notice: Notice, done: int) -> bool:
    return notice.step is None or notice.step < done


def _rate(progress: Progress) -> float:
    """Steps a second of the training; what was too short to time counts as a second."""
    return progress.steps / (progress.seconds or 1.0)
