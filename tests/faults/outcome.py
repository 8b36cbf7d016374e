"""What one try of a fault did to bntui."""

from __future__ import annotations

import enum
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


class Kind(enum.StrEnum):
    """What a failed try shows."""

    LOST = "lost"
    TRACEBACK = "traceback"
    FREEZE = "freeze"
    TERMINAL = "terminal"
    STATUS = "status"
    """The exit status, the message or the run's state is not the documented one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One try: what was done, and how it failed ('' if it did not).

    `lost_seconds` is the time from the newest stored measurement to a kill, where one was measured.
    """

    tried: str
    failure: str = ""
    kind: Kind = Kind.STATUS
    lost_seconds: float | None = None
    skipped: bool = False


Row = Callable[[], Iterator[Outcome]]
"""A fault: yields the outcome of each try, and cleans up when it is closed."""


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a new folder that also other users may enter, and that is removed at the end."""
    folder = tempfile.TemporaryDirectory(prefix="bntui-faults-", ignore_cleanup_errors=True)
    Path(folder.name).chmod(0o755)
    return folder


def is_root() -> bool:
    """Tell whether this process may mount file systems and become another user."""
    return os.geteuid() == 0
