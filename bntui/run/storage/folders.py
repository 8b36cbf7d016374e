"""Folders of runs, and the lookup of a run by id, unique prefix, `last` or folder."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import platformdirs
from filelock import FileLock

from bntui.printable_text import excerpt
from bntui.records import UserError
from bntui.run.storage import run_files, trainer_process
from bntui.user_paths import is_file, reason

DATABASE = "run.sqlite"
DATABASE_SUFFIXES = ("", "-wal", "-shm", "-journal")
"""What is appended to the database's name for each file that SQLite may keep for it."""
SPEC = "spec.toml"
LOCK = "lock"


def default_runs_dir() -> Path:
    """Return `runs` in the user's data folder for bntui."""
    return Path(platformdirs.user_data_dir("bntui")) / "runs"


def create(runs_dir: Path, preset: str, mode: int = 0o700) -> Path:
    """Create an empty folder named after the preset and the time. Raises UserError if it cannot be written."""
    check_writable(runs_dir)
    name = f"{preset}-{datetime.now():%Y%m%d-%H%M%S}"
    for number in range(1, 1000):
        folder = runs_dir / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(mode)
            # Whatever the umask.
            folder.chmod(mode)
        except FileExistsError:
            continue
        except OSError as error:
            raise _unwritable(runs_dir, error) from None
        return folder
    raise UserError(f"runs folder {runs_dir}: too many runs named {name}; give another with --runs-dir")


def check_writable(runs_dir: Path) -> None:
    """Create the folder of runs if it is missing. Raises UserError if no run could be created in it."""
    try:
        runs_dir.mkdir(parents=True, exist_ok=True)
        # Permissions do not show whether a disk is full or read-only, so try.
        tempfile.TemporaryFile(dir=runs_dir).close()
    except FileExistsError:
        raise UserError(f"runs folder {runs_dir}: is not a folder; give another with --runs-dir") from None
    except (OSError, ValueError) as error:
        raise _unwritable(runs_dir, error) from None


def _unwritable(runs_dir: Path, error: OSError | ValueError) -> UserError:
    return UserError(f"runs folder {runs_dir}: cannot be written ({reason(error)}); give another with --runs-dir")


def all_runs(runs_dir: Path) -> list[Path]:
    """Return the folders of all runs, oldest first. Raises UserError if their folder cannot be read."""
    try:
        run_folders = [database.parent for database in runs_dir.glob(f"*/{DATABASE}")]
    except (OSError, ValueError) as error:
        raise UserError(f"runs folder {excerpt(str(runs_dir))}: cannot be read ({reason(error)})") from None
    return sorted(run_folders, key=lambda folder: (_start_time(folder), folder.name))


def _start_time(folder: Path) -> int:
    """Return when a run began, in nanoseconds; 0 if unknown, for example while it is being deleted."""
    try:
        return (folder / SPEC).stat().st_mtime_ns
    except OSError:
        return 0


def find(run: str, runs_dir: Path, least_prefix: int = 1) -> Path:
    """Return the folder of a run given by id, unique prefix, `last` or folder. Raises UserError unless one matches.

    A prefix has at least `least_prefix` characters.
    """
    if not run.strip():
        raise UserError("the name of a run is empty; `bntui runs` lists all")
    if is_file(Path(run) / DATABASE):
        return Path(run)
    folders, shown = all_runs(runs_dir), excerpt(run)
    if run == "last" and folders:
        return folders[-1]
    exact = [folder for folder in folders if folder.name == run]
    matching = exact or [folder for folder in folders if folder.name.startswith(run)]
    if matching and not exact and len(run) < least_prefix:
        raise UserError(
            f"run '{shown}': write at least {least_prefix} characters of its id, such as {matching[-1].name}"
        )
    if len(matching) == 1:
        return matching[0]
    if matching:
        names = ", ".join(folder.name for folder in matching[-5:])
        raise UserError(f"run '{shown}' is ambiguous: {len(matching)} runs begin so, among them {names}")
    advice = f"the newest is {folders[-1].name}; `bntui runs` lists all" if folders else "there are no runs"
    raise UserError(f"no run '{shown}' in {excerpt(str(runs_dir))}: {advice}")


def lock(folder: Path, mode: int | None = None) -> FileLock:
    """Return the lock that a run's process holds while it trains; the system releases it if the process dies.

    `mode` is that of its file, by default as it is.
    """
    path = folder / LOCK
    if mode is None:
        mode = path.stat().st_mode & 0o777 if path.exists() else run_files.PRIVATE
    return FileLock(path, mode=mode, thread_local=False)


def in_use(folder: Path, recorded: Mapping[str, Any] | None = None) -> bool:
    """Return whether a process is training this run now.

    `recorded` is what the run tells about its process; if that cannot be seen from here, the run's lock decides.
    """
    alive = trainer_process.alive(recorded) if recorded else None
    return _locked(folder / LOCK) if alive is None else alive


def _locked(path: Path) -> bool:
    """Return whether a process holds a lock; several may ask at once, and need not be allowed to write."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        # The file system knows no locks.
        return False
    finally:
        os.close(descriptor)
    return False
