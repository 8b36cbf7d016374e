"""The git commit of the checkout from which bntui runs, where it is not an installed package."""

from __future__ import annotations

import os
import subprocess
from functools import lru_cache
from pathlib import Path

import bntui

SECONDS = 5.0
"""The longest wait for git, which may look at every file on a slow disk."""


@lru_cache(maxsize=1)
def own_commit() -> str:
    """Return the commit of bntui's checkout as it was when first asked; '' for an installed package."""
    return commit(Path(bntui.__file__).resolve().parents[1])


def commit(folder: Path) -> str:
    """Return the commit checked out in a folder, with '-dirty' if its files differ; '' without a repository or git."""
    if not (folder / ".git").exists():
        return ""
    # Without its tags, `describe` names the commit itself. It must neither ask, wait for locks, nor start a daemon.
    command = ("git", "-c", "core.fsmonitor=false", "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*")
    foreign = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
    environment = {name: value for name, value in os.environ.items() if name not in foreign}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**environment, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="replace").strip()
