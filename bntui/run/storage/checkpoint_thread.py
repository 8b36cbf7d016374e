"""The thread that writes checkpoints, so that neither training nor the storing of measurements waits for them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from bntui.records import Checkpoint
from bntui.run.storage import checkpoints
from bntui.user_paths import reason


class CheckpointThread(threading.Thread):
    """Writes the newest checkpoint whose measurements are stored; where the disk is slow, it skips those between."""

    def __init__(self, folder: Path, report: Callable[[str], object]) -> None:
        """`report` is called in this thread, with one line when a checkpoint cannot be written, and when one can again.

        What fails is not tried again: the next checkpoint is newer.
        """
        super().__init__(name="checkpoints", daemon=True)
        self._folder = folder
        self._report = report
        self._changed = threading.Condition()
        self._offered: Checkpoint | None = None
        self._ready: Checkpoint | None = None
        self._failed = self._closed = False

    def offer(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint until its measurements are stored, in the place of one that still waits."""
        with self._changed:
            self._offered = checkpoint

    def stored(self, step: int) -> None:
        """Write the checkpoint of this step, because all measurements before it are stored."""
        with self._changed:
            if self._offered and self._offered.progress.steps == step:
                self._ready, self._offered = self._offered, None
                self._changed.notify_all()

    def close(self) -> None:
        """End the thread after the checkpoint that is ready."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self.join()

    def run(self) -> None:
        """Write until the thread is closed."""
        while checkpoint := self._next():
            self._write(checkpoint)

    def _write(self, checkpoint: Checkpoint) -> None:
        step = checkpoint.progress.steps
        try:
            checkpoints.write(self._folder, checkpoint)
        # Whatever the error, it must not end training.
        except Exception as error:
            self._fail(step, error)
        else:
            self._recover(step)

    def _next(self) -> Checkpoint | None:
        with self._changed:
            self._changed.wait_for(lambda: self._ready or self._closed)
            checkpoint, self._ready = self._ready, None
            return checkpoint

    def _fail(self, step: int, error: Exception) -> None:
        if not self._failed:
            self._failed = True
            self._report(f"the checkpoint of step {step} cannot be written ({reason(error)}); training continues")

    def _recover(self, step: int) -> None:
        if self._failed:
            self._failed = False
            self._report(f"checkpoints can be written again, from step {step}")
