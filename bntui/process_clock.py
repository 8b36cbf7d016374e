"""The time in which this process ran: what it stood still, as between ctrl+z and fg, is not in it."""

from __future__ import annotations

import time

_still = 0.0


def now() -> float:
    """Seconds on a clock that stops with the process; only differences mean anything."""
    return time.perf_counter() - _still


def stood_still(seconds: float) -> None:
    """The process was stopped for so long, and goes on."""
    global _still
    _still += seconds
