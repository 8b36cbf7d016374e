"""The process that trains a run: how it is recorded in the run, and recognized by other processes."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

KEYS = ("host", "namespace", "process", "started")


def record() -> dict[str, Any]:
    """Return what identifies this process, to be stored with its run."""
    values = platform.node(), _namespace(), os.getpid(), _start(os.getpid())
    return dict(zip(KEYS, values, strict=True))


def alive(recorded: Mapping[str, Any]) -> bool | None:
    """Return whether the recorded process is alive; None if this cannot be told from here.

    It cannot be told on another machine or in another container, and of runs of earlier versions.
    """
    here = recorded.get("host") == platform.node() and recorded.get("namespace") == _namespace()
    process, started = recorded.get("process"), recorded.get("started")
    if not here or not started or not isinstance(process, int) or process <= 1:
        return None
    try:
        return bool(_start(process) == started)
    except PermissionError:
        return None


def verified(recorded: Mapping[str, Any], lock: Path) -> int | None:
    """Return the recorded process if it is alive, is this user's and has the run's lock open; else None."""
    import psutil

    if not alive(recorded):
        return None
    process: int = recorded["process"]
    try:
        found = psutil.Process(process)
        mine = found.uids().real == os.getuid()
        holds = mine and any(file.path == str(lock.resolve()) for file in found.open_files())
    except (psutil.Error, OSError):
        return None
    return process if holds else None


def _start(process: int) -> str:
    """Return when a process began, '' if it has ended. Raises PermissionError if it is hidden from this user."""
    if Path("/proc/self/stat").exists():
        return _start_on_linux(process)
    import psutil

    try:
        return f"{psutil.Process(process).create_time():.3f}"
    except psutil.AccessDenied:
        raise PermissionError(f"process {process} is hidden") from None
    except (psutil.Error, OverflowError):
        return ""


def _start_on_linux(process: int) -> str:
    """Return the ticks since the machine was started, which do not change when its clock is set."""
    try:
        # The name, which comes second, is in parentheses and may hold anything.
        fields = Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        _check_hidden(process)
        return ""
    dead = fields[0] in ("Z", "X")
    return "" if dead else fields[19]


def _check_hidden(process: int) -> None:
    """Raise PermissionError if a process exists that this user may not see."""
    try:
        os.kill(process, 0)
    except PermissionError:
        raise
    except (OSError, OverflowError):
        return


def _namespace() -> str:
    """Return what tells process ids of this machine, since it was started, from those of its containers."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""
