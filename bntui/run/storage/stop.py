"""Ending a run from another process."""

from __future__ import annotations

import os
import platform
import signal

from bntui.records import State, UserError
from bntui.run.storage.reader import RunReader


def stop_run(reader: RunReader) -> None:
    """Ask the process that trains the run to end it. Raises UserError where none does, or none that can be asked."""
    if reader.state is not State.TRAINING:
        raise UserError(f"run {reader.run_id}: is {reader.state}; there is nothing to stop")
    host = reader.value("host")
    if host != platform.node():
        raise UserError(f"run {reader.run_id}: trains on {host}; stop it there")
    try:
        os.kill(reader.value("process"), signal.SIGTERM)
    except (ProcessLookupError, PermissionError) as error:
        raise UserError(f"run {reader.run_id}: its process cannot be asked: {error.strerror}") from None
