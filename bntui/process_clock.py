"""A clock that stands still while this process is suspended, as between ctrl+z and fg."""

from __future__ import annotations

import time

# Replaced as a whole, as any thread may read it: the seconds excluded, and when the clock was stopped.
_state: tuple[float, float | None] = (0.0, None)


def now() -> float:
    """Return seconds; only differences are meaningful."""
    excluded, stopped_at = _state
    return (time.perf_counter() if stopped_at is None else stopped_at) - excluded


def stop() -> None:
    """Let the clock stand still."""
    global _state
    excluded, stopped_at = _state
    if stopped_at is None:
        _state = (excluded, time.perf_counter())


def start() -> None:
    """Let the clock go on, if it stands still."""
    global _state
    excluded, stopped_at = _state
    if stopped_at is not None:
        _state = (excluded + time.perf_counter() - stopped_at, None)
