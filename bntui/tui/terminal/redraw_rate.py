"""How often to redraw: as often as is pleasant, as seldom as keeps drawing cheap, for the machine and for the line."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DrawBudget:
    """What drawing may take: a share of the time, bytes a second; and the least and most seconds between redraws."""

    share: float = 0.02
    bytes_a_second: float = 2_500.0
    fastest: float = 0.5
    slowest: float = 1.0


FULL = DrawBudget()
LOW_BANDWIDTH = DrawBudget(bytes_a_second=1_000.0, fastest=2.0, slowest=5.0)


class RedrawRate:
    """Measures what each redraw costs and says how long to wait for the next.

    The cost is the UI thread's own CPU time from one redraw to the next, so Textual's part is in it, and time in
    which the trainer holds the interpreter is not; and the bytes that the terminal got meanwhile.
    """

    def __init__(self, budget: DrawBudget = FULL, written: Callable[[], int] = int) -> None:
        self._budget = budget
        self._written = written
        self._cost = 0.0
        self._bytes = 0
        self._since = (time.thread_time(), written())

    @property
    def interval(self) -> float:
        """Seconds until the next redraw."""
        budget = self._budget
        wanted = max(self._cost / budget.share, self._bytes / budget.bytes_a_second, budget.fastest)
        return min(wanted, budget.slowest)

    def drawn(self) -> None:
        """A redraw begins: what was spent since the one before is what that one cost."""
        before, self._since = self._since, (time.thread_time(), self._written())
        self._cost += 0.3 * (self._since[0] - before[0] - self._cost)
        self._bytes = self._since[1] - before[1]
