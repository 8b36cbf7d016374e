"""The command that runs when a run or a sweep ends, for notifications and scripts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from bntui.run.storage.log import LOGGER

OUTPUT = "on-end.log"
"""The file with what the command prints, in the folder of the run or the sweep."""


def start_command(command: str, folder: Path, **known: str) -> None:
    """Start a shell command, which sees what is `known` and the folder as BNTUI_RUN, BNTUI_STATE, …, BNTUI_FOLDER.

    Nobody waits for it, and signals to this process do not reach it.
    """
    seen = {f"BNTUI_{name.upper()}": value for name, value in known.items()}
    try:
        with (folder / OUTPUT).open("ab") as output:
            # The outer shell ends at once, so that no process is left that somebody would have to wait for.
            subprocess.run(
                ["/bin/sh", "-c", '/bin/sh -c "$1" &', "sh", command],
                env={**os.environ, **seen, "BNTUI_FOLDER": str(folder.resolve())},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                check=False,
            )
    except (OSError, ValueError) as error:
        LOGGER.warning("the command at the end of %s cannot be started: %s", folder.name, error)
