"""The token that a browser must show once: read from a file or the environment, else generated.

The command line is no place for it, since other users of the machine can list every process with its arguments.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import MutableMapping
from pathlib import Path

from bntui.records import UserError
from bntui.user_paths import expanded, open_regular

VARIABLE = "BNTUI_TOKEN"
SHORTEST = 16
LONGEST = 1024


def take_token(file: Path | None, environment: MutableMapping[str, str]) -> str:
    """Return the token of the file, else of the variable BNTUI_TOKEN, else a random one. Raises UserError.

    The variable is removed, so that the processes of the pages do not inherit it.
    """
    given = environment.pop(VARIABLE, None)
    if file is not None:
        return _checked(_read(file), f"--token-file {file}")
    if given is not None:
        return _checked(given, VARIABLE)
    return secrets.token_urlsafe(24)


def _read(file: Path) -> str:
    try:
        with os.fdopen(open_regular(expanded(file)), "rb") as opened:
            _check_privacy(file, os.fstat(opened.fileno()))
            return opened.read(LONGEST + 1).decode().strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise UserError(f"--token-file {file}: {reason}") from None


def _check_privacy(file: Path, status: os.stat_result) -> None:
    if status.st_uid != os.geteuid():
        raise UserError(f"--token-file {file}: belongs to another user")
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UserError(f"--token-file {file}: other users may open it; run: chmod 600 {file}")


def _checked(token: str, source: str) -> str:
    if not SHORTEST <= len(token) <= LONGEST or not token.isascii() or not token.isprintable() or " " in token:
        raise UserError(
            f"{source}: a token is {SHORTEST} to {LONGEST} ASCII characters without spaces; make one with: "
            "openssl rand -hex 16"
        )
    return token
