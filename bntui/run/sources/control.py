"""Steering of a trainer from another thread: pause, take one step, resume, save a checkpoint, stop."""

from __future__ import annotations

import threading


class Control:
    """Shared by the trainer, which asks before every step, and the threads that steer it. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._allowed = 0
        self._save = False
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

    def checkpoint(self) -> None:
        """Have a checkpoint saved after the current step, also while training is paused."""
        with self._changed:
            self._save = True
            self._changed.notify_all()

    def stop(self) -> None:
        """End training after the current step."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def must_save(self) -> bool:
        """Return whether a checkpoint was requested since the last call."""
        with self._changed:
            save, self._save = self._save, False
            return save

    def may_step(self) -> bool:
        """Return whether the next step may be taken now; True uses up one of the single steps."""
        with self._changed:
            if self._paused and not self._allowed:
                return False
            self._allowed = max(0, self._allowed - 1)
            return True

    def wait(self) -> None:
        """Block while training is paused, or until a step, a checkpoint or the end is requested."""
        with self._changed:
            self._changed.wait_for(lambda: not self._paused or self._allowed or self._save or self._stopping)

    def wait_for_stop(self, seconds: float) -> None:
        """Block for so many seconds, or until `stop`."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping, seconds)

    def _set(self, *, paused: bool) -> None:
        with self._changed:
            self._paused = paused
            self._allowed = 0
            self._changed.notify_all()
