"""A sweep without a screen: a line for each point that ends, and now and then how far all are."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from bntui.headless.attended_work import REFRESH_SECONDS, AttendedWork
from bntui.number_format import clock
from bntui.printable_text import printable
from bntui.records import State
from bntui.sweep.counts import counted
from bntui.sweep.outcome_text import outcome_text, point_text
from bntui.sweep.progress import PointState, SweepProgress, with_failures
from bntui.sweep.sweep_driver import SweepDriver
from bntui.sweep.sweep_folder import Sweep

READ_SECONDS = 1.0
LINE_SECONDS = 30.0
"""The interval of lines about all points, where no bar is drawn."""
_TOLD = (State.FINISHED, State.FAILED)
"""States that a point reaches only once, unless it is tried again."""


class SweepLines(AttendedWork):
    """Works on a sweep to its end, or watches another process that does, and prints what becomes of its points.

    The first signal to stop lets the points under way end after their step, the second ends them at once.
    """

    def __init__(
        self, sweep: Sweep, driver: SweepDriver | None, console: Console, *, exit_on_hangup: bool = False
    ) -> None:
        super().__init__(driver or _Watching(sweep), console, exit_on_hangup=exit_on_hangup)
        self._sweep = sweep
        self._driver = driver
        self._progress = SweepProgress(sweep)
        self._states: Sequence[PointState] = ()

    @property
    def signals_heard(self) -> int:
        """Two: the second one ends the points under way at once."""
        return 2

    def run(self) -> int:
        """Work or watch to the end, or to a signal; print the outcome and return the exit status.

        Raises UserError for a user's mistake.
        """
        self._read()
        self.attend()
        if self.failure:
            raise self.failure
        self._read()
        self._print(outcome_text(self._sweep.name, self._states))
        if self.signal:
            return 128 + self.signal
        return 1 if counted(self._states).failed else 0

    def show(self) -> None:
        """Draw a bar where it can be redrawn, else print lines."""
        if self.can_draw_bars:
            self._draw_bar()
        else:
            self._print_lines()

    def _draw_bar(self) -> None:
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[left]}"))
        with Progress(*columns, console=self.console, refresh_per_second=1 / REFRESH_SECONDS) as bar:
            task, goes_on = bar.add_task("", left=""), True
            while goes_on:
                counts = counted(self._states)
                bar.update(
                    task, description=self._text(), total=counts.all_steps, completed=counts.steps, left=self._left()
                )
                goes_on = self._wait()

    def _print_lines(self) -> None:
        printed, goes_on = -LINE_SECONDS, True
        while goes_on:
            if time.monotonic() - printed >= LINE_SECONDS:
                printed = time.monotonic()
                self._print("  ".join(filter(None, (self._text(), self._left()))))
            goes_on = self._wait()

    def _wait(self) -> bool:
        """Wait a little, print the points that ended meanwhile, and return whether the work goes on."""
        self.thread.join(READ_SECONDS)
        goes_on = not self.thread.over
        before = {state.point.number: state.state for state in self._states}
        self._read()
        for state in self._states:
            if state.state in _TOLD and state.state != before.get(state.point.number):
                self._print(point_text(state))
        return goes_on

    def _read(self) -> None:
        failures: Mapping[str, str] = self._driver.failures if self._driver else {}
        self._states = with_failures(self._progress.read(), failures)

    def _text(self) -> str:
        stopping = "stopping: " if self._driver and self._driver.stopping else ""
        return f"{stopping}{counted(self._states)}"

    def _left(self) -> str:
        seconds = self._progress.seconds_left
        return f"{clock(seconds)} left" if seconds is not None else ""

    def _print(self, text: str) -> None:
        lines = "\n".join(printable(line) for line in text.splitlines())
        self.console.print(lines, highlight=False, soft_wrap=True, markup=False)


class _Watching:
    """Waits until no process works on a sweep any more."""

    attached = True

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._stopped = threading.Event()

    def work(self) -> None:
        while self._sweep.driven and not self._stopped.wait(READ_SECONDS):
            pass

    def give_up(self) -> bool:
        self._stopped.set()
        return True

    def resume(self) -> None:
        """Do nothing: another process works."""

    checkpoint = resume
