"""The machine and the process that train a run, as they are stored with it."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from bntui import __version__
from bntui.records import Session
from bntui.run.storage.checkout import own_commit


def session(command: str, with_host: bool = False) -> Session:
    """Return the session of this process that a command begins, with the machine's name if `with_host`."""
    return Session(command=command, host=platform.node() if with_host else "")


def on_this_machine(session: Session) -> Session:
    """Return the session with what Python alone knows of bntui and of the machine; it may call git."""
    return replace(
        session,
        versions={"bntui": __version__, "python": platform.python_version(), **session.versions},
        commit=own_commit(),
        system=_system(),
        cpu=_cpu(),
        cores=_cores(),
    )


def _system() -> str:
    """Return the operating system in words: 'Debian GNU/Linux 12 (bookworm), Linux 6.1.0, x86_64'."""
    name = ""
    with contextlib.suppress(OSError):
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    if sys.platform == "darwin":
        name = f"macOS {platform.mac_ver()[0]}"
    return ", ".join(filter(None, (name, f"{platform.system()} {platform.release()}", platform.machine())))


def _cpu() -> str:
    """Return the processor's model, at least its architecture."""
    if sys.platform == "darwin":
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            command = ("sysctl", "-n", "machdep.cpu.brand_string")
            return subprocess.check_output(command, stdin=subprocess.DEVNULL, timeout=5).decode().strip()
    with contextlib.suppress(OSError):
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(errors="replace"), re.MULTILINE)
        if found:
            return found[1].strip()
    return platform.processor() or platform.machine()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0
