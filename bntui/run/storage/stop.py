"""Stopping a run from another process."""

from __future__ import annotations

import os
import platform
import signal

from bntui.records import State, UserError
from bntui.run.storage.reader import RunReader


def stop_run(reader: RunReader) -> None:
    """Signal the process that trains the run to stop. Raises UserError if no process on this machine trains it."""
    if reader.state is not State.TRAINING:
        raise UserError(f"run {reader.run_id}: is {reader.state}; only a training run can be stopped")
    host = reader.value("host")
    if host != platform.node():
        raise UserError(f"run {reader.run_id}: trains on {host}; run `bntui stop` on that machine")
    try:
        os.kill(reader.value("process"), signal.SIGTERM)
    except (ProcessLookupError, PermissionError) as error:
        raise UserError(f"run {reader.run_id}: its process cannot be signalled: {error.strerror}") from None
