"""How often to redraw: as often as is pleasant, as seldom as keeps drawing a small share of the time."""

from __future__ import annotations

import time

SHARE = 0.02
FASTEST, SLOWEST = 0.5, 1.0


class Pace:
    """Measures what the UI thread spends on each redraw and says how long to wait for the next.

    The cost is the thread's own CPU time from one redraw to the next, so Textual's part is in it, and time in
    which the trainer holds the interpreter is not.
    """

    def __init__(self, share: float = SHARE, fastest: float = FASTEST, slowest: float = SLOWEST) -> None:
        self._share, self._fastest, self._slowest = share, fastest, slowest
        self._cost = 0.0
        self._since = time.thread_time()

    @property
    def interval(self) -> float:
        """Seconds until the next redraw."""
        return min(max(self._cost / self._share, self._fastest), self._slowest)

    def drawn(self, cost: float | None = None) -> None:
        """A redraw begins: what was spent since the one before is what that one cost."""
        now = time.thread_time()
        spent = now - self._since if cost is None else cost
        self._since = now
        self._cost += 0.3 * (spent - self._cost)
