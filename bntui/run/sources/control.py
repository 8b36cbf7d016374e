"""Steering of a trainer from another thread: pause, take one step, resume, stop."""

from __future__ import annotations

import threading


class Control:
    """Shared by the trainer, which calls `proceed` before every step, and the threads that steer it. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._allowed = 0
        self._stopping = False

    @property
    def paused(self) -> bool:
        """True if the trainer waits, or will wait before its next step."""
        return self._paused

    @property
    def stopping(self) -> bool:
        """True after `stop`; it cannot be undone."""
        return self._stopping

    def pause(self) -> None:
        """Make the trainer wait before its next step."""
        self._set(paused=True)

    def resume(self) -> None:
        """Let the trainer continue."""
        self._set(paused=False)

    def step(self) -> None:
        """Allow one more step, then pause."""
        with self._changed:
            self._paused = True
            self._allowed += 1
            self._changed.notify_all()

    def stop(self) -> None:
        """End training after the current step."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def would_wait(self) -> bool:
        """Return True if `proceed` would block now."""
        return self._paused and not self._allowed and not self._stopping

    def proceed(self) -> bool:
        """Block while paused; return True to take the next step, False to end."""
        with self._changed:
            self._changed.wait_for(lambda: not self.would_wait())
            if self._stopping:
                return False
            self._allowed = max(0, self._allowed - 1)
            return True

    def wait_for_stop(self, seconds: float) -> None:
        """Block for so many seconds, or until `stop`."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping, seconds)

    def _set(self, *, paused: bool) -> None:
        with self._changed:
            self._paused = paused
            self._allowed = 0
            self._changed.notify_all()
