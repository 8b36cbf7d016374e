"""A clock that excludes the time during which this process was suspended, as between ctrl+z and fg."""

from __future__ import annotations

import time

_suspended_seconds = 0.0


def now() -> float:
    """Return seconds; only differences are meaningful."""
    return time.perf_counter() - _suspended_seconds


def exclude(seconds: float) -> None:
    """Exclude so many seconds during which the process was suspended."""
    global _suspended_seconds
    _suspended_seconds += seconds
