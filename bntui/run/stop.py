"""Ending a run from another process."""

from __future__ import annotations

import os
import platform
import signal

from bntui.records import State, UserError
from bntui.run.archive import Archive


def stop_run(archive: Archive) -> None:
    """Ask the process that trains the run to end it. Raises UserError where none does, or none that can be asked."""
    if archive.state is not State.TRAINING:
        raise UserError(f"run {archive.run_id}: is {archive.state}; there is nothing to stop")
    host = archive.value("host")
    if host != platform.node():
        raise UserError(f"run {archive.run_id}: trains on {host}; stop it there")
    try:
        os.kill(archive.value("process"), signal.SIGTERM)
    except (ProcessLookupError, PermissionError) as error:
        raise UserError(f"run {archive.run_id}: its process cannot be asked: {error.strerror}") from None
