"""Steering a trainer from another thread: pause, one step at a time, go on, stop."""

from __future__ import annotations

import threading


class Control:
    """Shared by the trainer, which asks before every step, and by whoever steers it. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._allowed = 0
        self._stopping = False

    @property
    def paused(self) -> bool:
        """True while the trainer waits, or would wait before its next step."""
        return self._paused

    @property
    def stopping(self) -> bool:
        """True once a stop was asked for; it cannot be taken back."""
        return self._stopping

    def pause(self) -> None:
        """Wait before the next step."""
        self._set(paused=True)

    def resume(self) -> None:
        """Go on without waiting."""
        self._set(paused=False)

    def step(self) -> None:
        """Let one more step through, and wait again before the one after it."""
        with self._changed:
            self._paused = True
            self._allowed += 1
            self._changed.notify_all()

    def stop(self) -> None:
        """End after the step under way."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def would_wait(self) -> bool:
        """True if `proceed` would block now."""
        return self._paused and not self._allowed and not self._stopping

    def proceed(self) -> bool:
        """Block while paused; then True to take the next step, False to end."""
        with self._changed:
            self._changed.wait_for(lambda: not self.would_wait())
            if self._stopping:
                return False
            self._allowed = max(0, self._allowed - 1)
            return True

    def _set(self, *, paused: bool) -> None:
        with self._changed:
            self._paused = paused
            self._allowed = 0
            self._changed.notify_all()
