"""The number of errors within a time from which it makes no sense to continue."""

from __future__ import annotations

import time
from collections import deque


class ErrorLimit:
    """Counts errors; `reached` once there are `count` of them within `seconds`."""

    def __init__(self, count: int, seconds: float) -> None:
        self._seconds = seconds
        self._times: deque[float] = deque(maxlen=count)

    def add(self) -> None:
        """Count an error that happens now."""
        self._times.append(time.monotonic())

    @property
    def reached(self) -> bool:
        """Whether the last errors came too fast."""
        return len(self._times) == self._times.maxlen and self._times[-1] - self._times[0] < self._seconds
