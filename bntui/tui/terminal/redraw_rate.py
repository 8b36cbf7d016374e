"""How often to redraw: within limits on the share of CPU time and on the bytes sent per second."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DrawBudget:
    """Limits: the share of CPU time, bytes per second, and the least and most seconds between redraws."""

    share: float = 0.02
    bytes_per_second: float = 2_500.0
    fastest: float = 0.5
    slowest: float = 1.0


FULL = DrawBudget()
LOW_BANDWIDTH = DrawBudget(bytes_per_second=1_000.0, fastest=2.0, slowest=5.0)


class RedrawRate:
    """Measures the cost of each redraw and derives the time until the next.

    The cost is the UI thread's own CPU time from one redraw to the next, which includes Textual's work and excludes
    the time in which the trainer holds the interpreter; and the bytes written to the terminal in between.
    """

    def __init__(self, budget: DrawBudget = FULL, bytes_written: Callable[[], int] = int) -> None:
        self._budget = budget
        self._bytes_written = bytes_written
        self._cost = 0.0
        self._bytes = 0
        self._last = (time.thread_time(), bytes_written())

    @property
    def interval(self) -> float:
        """Seconds until the next redraw."""
        budget = self._budget
        wanted = max(self._cost / budget.share, self._bytes / budget.bytes_per_second, budget.fastest)
        return min(wanted, budget.slowest)

    def start_redraw(self) -> None:
        """Attribute the CPU time and bytes since the last call to the last redraw."""
        before, self._last = self._last, (time.thread_time(), self._bytes_written())
        self._cost += 0.3 * (self._last[0] - before[0] - self._cost)
        self._bytes = self._last[1] - before[1]
