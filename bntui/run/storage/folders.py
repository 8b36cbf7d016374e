"""Where runs are, and which one a user means: an id, a unique prefix of one, `last`, or a folder."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from bntui.records import UserError

DATABASE = "run.sqlite"
SPEC = "spec.toml"
LOCK = "lock"


def default_runs_dir() -> Path:
    """`runs` in the user's data folder for bntui."""
    return Path(platformdirs.user_data_dir("bntui")) / "runs"


def create(runs_dir: Path, preset: str) -> Path:
    """A new, empty folder, named after the preset and the time. Raises UserError where it cannot be written."""
    check_writable(runs_dir)
    name = f"{preset}-{datetime.now():%Y%m%d-%H%M%S}"
    for number in range(1, 1000):
        folder = runs_dir / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise _unwritable(runs_dir, error) from None
        return folder
    raise UserError(f"runs folder {runs_dir}: a thousand runs are named {name}")


def check_writable(runs_dir: Path) -> None:
    """Make the folder of runs where it is missing; raises UserError where no run could be created in it."""
    try:
        runs_dir.mkdir(parents=True, exist_ok=True)
        # What permissions say is not what a full or read-only disk does, so try.
        tempfile.TemporaryFile(dir=runs_dir).close()
    except FileExistsError:
        raise UserError(f"runs folder {runs_dir}: is not a folder; give another with --runs-dir") from None
    except OSError as error:
        raise _unwritable(runs_dir, error) from None


def _unwritable(runs_dir: Path, error: OSError) -> UserError:
    reason = error.strerror or str(error)
    return UserError(f"runs folder {runs_dir}: cannot be written ({reason}); give another with --runs-dir")


def all_runs(runs_dir: Path) -> list[Path]:
    """The folders of all runs, oldest first."""
    found = [database.parent for database in runs_dir.glob(f"*/{DATABASE}")]
    return sorted(found, key=lambda folder: (_begun(folder), folder.name))


def _begun(folder: Path) -> int:
    """When a run began, to tell which is newer; 0 where that cannot be told, as when it is being deleted."""
    try:
        return (folder / SPEC).stat().st_mtime_ns
    except OSError:
        return 0


def find(run: str, runs_dir: Path) -> Path:
    """The folder of the run a user means. Raises UserError where there is none, or more than one."""
    if (Path(run) / DATABASE).is_file():
        return Path(run)
    folders = all_runs(runs_dir)
    if run == "last" and folders:
        return folders[-1]
    named = [folder for folder in folders if folder.name == run]
    matching = named or [folder for folder in folders if folder.name.startswith(run)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        names = ", ".join(folder.name for folder in matching[-5:])
        raise UserError(f"run '{run}' is ambiguous: {len(matching)} runs begin so, among them {names}")
    there = f"the newest is {folders[-1].name}; `bntui runs` lists all" if folders else "there are no runs"
    raise UserError(f"no run '{run}' in {runs_dir}: {there}")


def lock(folder: Path) -> FileLock:
    """The lock that a run's process holds while it lives; the system lets go of it however that ends."""
    return FileLock(folder / LOCK, thread_local=False)


def in_use(folder: Path) -> bool:
    """Whether some process is training this run now."""
    if not (folder / LOCK).exists():
        return False
    mine = lock(folder)
    try:
        mine.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    mine.release()
    return False
