"""A run to be exported while another process trains it."""

from __future__ import annotations

import contextlib
import os
import select
import stat
import sys
import time
from collections.abc import Iterator
from math import inf
from pathlib import Path

from bntui.records import OrderedMeasurements, State, StepRange
from bntui.run.exports.stored_run import StoredRun
from bntui.run.storage.database import Locked
from bntui.run.storage.reader import CHUNK, RunReader

POLL_SECONDS = 0.3


class FollowedRun(StoredRun):
    """A run whose measurements end when it does; `state` is how it ended.

    Where a resumed run measures something again, the first measurement stays.
    """

    def __init__(self, folder: Path) -> None:
        """Wait until training has begun, or ended before. Raises UserError if the folder holds no readable run."""
        self.state = State.LOADING
        while True:
            with contextlib.suppress(Locked):
                with RunReader(folder) as reader:
                    self.state = reader.state
                super().__init__(folder)
                if self.info or self.state.over:
                    return
            _wait()

    def ordered(self, steps: StepRange | None = None) -> Iterator[OrderedMeasurements]:
        """Yield the measurements, or those of some steps, as they are taken, to the end of the run or of the steps.

        Raises UserError if the run cannot be read, and BrokenPipeError when nobody reads standard output any more.
        """
        last_id, last, over = 0, steps[1] if steps else inf, False
        while not over:
            # Opened each time: its trainer may have written the run anew.
            with contextlib.suppress(Locked), RunReader(self.folder) as reader:
                # Read the state first: once it says that the run is over, all measurements are there.
                self.state, self.progress = reader.state, reader.progress
                while found := reader.ordered_after(last_id, CHUNK, steps):
                    last_id, batch = found
                    yield batch
                over = self.state.over or self.progress.steps > last
            if not over:
                _wait()


def _wait() -> None:
    """Wait a little; raise BrokenPipeError at once if standard output is a pipe that nobody reads any more."""
    pipe = _output_pipe()
    if pipe is None:
        time.sleep(POLL_SECONDS)
        return
    watch = select.poll()
    watch.register(pipe, 0)
    if watch.poll(POLL_SECONDS * 1000):
        raise BrokenPipeError


def _output_pipe() -> int | None:
    """Return the descriptor of standard output if it is a pipe."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        descriptor = sys.stdout.fileno()
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            return descriptor
    return None
