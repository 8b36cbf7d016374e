"""The command that runs when a run ends, for notifications and scripts."""

from __future__ import annotations

import os
import subprocess

from bntui.run.sources.protocol import RunSource
from bntui.run.storage.log import LOGGER

OUTPUT = "on-end.log"
"""The file in the run's folder with what the command prints."""


def start_command(command: str, run: RunSource) -> None:
    """Start a shell command, which sees the run's id, state and folder as BNTUI_RUN, BNTUI_STATE and BNTUI_FOLDER.

    Nobody waits for it, and signals to this process do not reach it.
    """
    if run.folder is None:
        return
    state = {"BNTUI_RUN": run.run_id, "BNTUI_STATE": run.status.state.value, "BNTUI_FOLDER": str(run.folder.resolve())}
    try:
        with (run.folder / OUTPUT).open("ab") as output:
            # The outer shell ends at once, so that no process is left that somebody would have to wait for.
            subprocess.run(
                ["/bin/sh", "-c", '/bin/sh -c "$1" &', "sh", command],
                env={**os.environ, **state},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                check=False,
            )
    except (OSError, ValueError) as error:
        LOGGER.warning("the command at the end of run %s cannot be started: %s", run.run_id, error)
