"""What happens to the disk, the folder and the database of a run while it trains.

After each, the CSV has all rows of the undisturbed run, and a run that calls itself finished is stored completely.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bntui.records import State
from bntui.run.exports.formats import FORMATS
from bntui.run.storage import folders
from tests.faults.experiment import (
    STEPS,
    Place,
    exported,
    missing_rows,
    place,
    read_text,
    reference,
    traceback_in,
    wrong_state,
    wrong_status,
)
from tests.faults.outcome import Kind, Outcome, is_root
from tests.faults.program import Program

DISK_BYTES = 12 * 2**20
LOCKED_SECONDS = 7.0
GARBAGE = bytes(range(256)) * 160
FILLER = "filler"
WAITS = "give them up"
"""What a program says that waits to store the end of its run."""
OVER = ("finished", "failed", "stopped")
"""The states of a run that is over, of which the dashboard shows one."""


def full() -> Iterator[Outcome]:
    """Fill the disk under a run, under its CSV and under its pictures."""
    if not is_root():
        yield Outcome("no disk can be mounted without root", skipped=True)
        return
    for dashboard in (False, True):
        for freed in (True, False):
            yield _full_run(dashboard=dashboard, freed=freed)
    yield _full_from_the_start()
    yield _full_csv()
    yield from _full_exports()
    yield _full_picture()


def folder() -> Iterator[Outcome]:
    """Remove a run's folder, make it read-only, or put another in its place."""
    for name, disturb in FOLDERS.items():
        for dashboard in (False, True):
            yield _disturbed(name, disturb, dashboard=dashboard)
    for undone in (True, False):
        yield _read_only(undone=undone)


def database() -> Iterator[Outcome]:
    """Lock, truncate, overwrite or remove the database of a run that trains."""
    for name, disturb in DATABASES.items():
        for dashboard in (False, True):
            yield _disturbed(name, disturb, dashboard=dashboard)


def _disturbed(name: str, disturb: Callable[[Path], None], *, dashboard: bool) -> Outcome:
    tried = f"{'dashboard' if dashboard else 'headless'}: {name}"
    with place() as here, _started(here, dashboard=dashboard) as program:
        run = _run_of(here, program)
        disturb(run)
        return _after(here, program, tried, dashboard=dashboard)


def _started(here: Place, *, dashboard: bool, **options: object) -> Program:
    return here.dashboard("--csv", str(here.csv), **options) if dashboard else here.headless(**options)


def _run_of(here: Place, program: Program) -> Path:
    assert program.until(lambda: here.trains(10)), f"no training: {here.printed or program.text[-300:]}"
    run = here.run()
    assert run is not None
    return run


def _after(
    here: Place, program: Program, tried: str, *, dashboard: bool, statuses: tuple[int, ...] = (0, 1)
) -> Outcome:
    """Wait for the end, and check that nothing was lost and that the run tells the truth."""
    _end(here, program, dashboard=dashboard)
    status = program.wait()
    printed = _printed(here, program, dashboard=dashboard)
    return (
        traceback_in(printed, tried)
        or wrong_status(status, statuses, tried, printed)
        or _left(program, tried, dashboard=dashboard)
        or missing_rows(read_text(here.csv), STEPS, tried)
        or (_untrue(here, tried) if status == 0 else None)
        or Outcome(tried)
    )


def _end(here: Place, program: Program, *, dashboard: bool) -> None:
    """Quit the dashboard when training is over; stop a program that waits to store the end of its run."""

    def over() -> bool:
        return dashboard and any(word in program.text[-20000:] for word in OVER)

    def waits() -> bool:
        return WAITS in _printed(here, program, dashboard=dashboard)

    program.until(lambda: waits() or over(), 40.0)
    # A screen of the state before may still be on its way.
    program.wait(0.5)
    if waits():
        program.send(signal.SIGTERM)
    elif dashboard and program.alive:
        program.type("q")


def _printed(here: Place, program: Program, *, dashboard: bool) -> str:
    return program.text if dashboard else here.printed


def _left(program: Program, tried: str, *, dashboard: bool) -> Outcome | None:
    left = program.left_behind() if dashboard else ""
    return Outcome(tried, left, Kind.TERMINAL) if left else None


def _untrue(here: Place, tried: str) -> Outcome | None:
    """A run that ended with status 0 is stored completely."""
    run = here.run()
    if failed := wrong_state(run, (State.FINISHED,), tried):
        return failed
    assert run is not None
    try:
        found = exported(run)
    except Exception as error:
        return Outcome(tried, f"exit status 0, but the run cannot be exported: {error}", Kind.LOST)
    if found == reference():
        return None
    return Outcome(tried, f"exit status 0, but {len(found)} of {len(reference())} rows are stored", Kind.LOST)


# Full disks


@contextlib.contextmanager
def disk(at: Path, size: int = DISK_BYTES) -> Iterator[Path]:
    """Mount a small disk on a folder."""
    at.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(at)], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


def fill(at: Path) -> Path:
    """Fill the disk to the last byte; return the file that does."""
    filler = at / FILLER
    with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        for size in (2**20, 4096, 1):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size) == size:
                    pass
    return filler


def _full_run(*, dashboard: bool, freed: bool) -> Outcome:
    screen = "dashboard" if dashboard else "headless"
    tried = f"{screen}: the disk is full{' for 1.5 s' if freed else ' to the end'}"
    with place() as here, disk(here.runs), _started(here, dashboard=dashboard) as program:
        _run_of(here, program)
        filler = fill(here.runs)
        program.wait(1.5)
        if freed:
            filler.unlink()
            return _after(here, program, tried, dashboard=dashboard, statuses=(0,))
        outcome = _after(here, program, tried, dashboard=dashboard, statuses=(1,))
        named = here.runs.name in _printed(here, program, dashboard=dashboard)
        return outcome if outcome.failure or named else Outcome(tried, "no message names the folder")


def _full_from_the_start() -> Outcome:
    tried = "headless: the disk is full from the start"
    with place() as here, disk(here.runs, 4096 * 4):
        fill(here.runs)
        with here.headless() as program:
            return one_line(program.wait(), here.printed, tried, str(here.runs))


def _full_csv() -> Outcome:
    tried = "headless: the disk of the CSV is full"
    with place() as here, disk(here.folder / "small", 16384) as small:
        streams = ("/dev/null", str(here.output), str(here.output))
        arguments = here.train("--headless", "--csv", str(small / "run.csv"))
        with Program(*arguments, folder=here.folder, streams=streams) as program:
            status = program.wait()
        run = here.run()
        return (
            traceback_in(here.printed, tried)
            or wrong_status(status, (1, 2), tried, here.printed)
            or _untrue(here, tried)
            or (None if run and run.name in here.printed else Outcome(tried, "the run is not named"))
            or Outcome(tried)
        )


def _full_exports() -> Iterator[Outcome]:
    with place() as here, disk(here.folder / "small", 16384) as small:
        with here.headless() as program:
            program.wait()
        streams = ("/dev/null", str(here.output), str(here.output))
        for form in FORMATS:
            tried = f"export: the disk is full, in the format {form}"
            here.output.unlink(missing_ok=True)
            arguments = "export", "last", "--format", form, "--out", str(small / "x")
            with Program(*arguments, folder=here.folder, streams=streams) as program:
                status = program.wait()
            left = list(small.iterdir())
            yield Outcome(tried, f"left {left}") if left else one_line(status, here.printed, tried, "small/x")


def _full_picture() -> Outcome:
    tried = "dashboard: pictures on a full disk"
    with place() as here, disk(here.runs), here.dashboard("--csv", str(here.csv)) as program:
        _run_of(here, program)
        filler = fill(here.runs)
        for _ in range(2):
            program.type("p")
            program.wait(0.4)
        filler.unlink()
        return _after(here, program, tried, dashboard=True, statuses=(0,))


def one_line(status: int | None, printed: str, tried: str, named: str) -> Outcome:
    """A mistake is one line that names what is wrong, and exit status 2."""
    lines = [line for line in printed.splitlines() if line.startswith("bntui: ")]
    return (
        traceback_in(printed, tried)
        or wrong_status(status, (2,), tried, printed)
        or (None if len(lines) == 1 and named in lines[0] else Outcome(tried, f"no line names {named}: {printed!r}"))
        or Outcome(tried)
    )


# Folders


def _removed(run: Path) -> None:
    shutil.rmtree(run, ignore_errors=True)


def _all_removed(run: Path) -> None:
    shutil.rmtree(run.parent, ignore_errors=True)


def _moved(run: Path) -> None:
    run.rename(run.parent.parent / "moved")


def _replaced(run: Path) -> None:
    _removed(run)
    run.mkdir()


def _replaced_by_file(run: Path) -> None:
    _removed(run)
    run.touch()


FOLDERS: dict[str, Callable[[Path], None]] = {
    "the run's folder is removed": _removed,
    "the folder of runs is removed": _all_removed,
    "the run's folder is moved": _moved,
    "the run's folder is replaced by an empty one": _replaced,
    "the run's folder is replaced by a file": _replaced_by_file,
}


def _read_only(*, undone: bool) -> Outcome:
    tried = f"headless: the run's folder is made read-only{' for a second' if undone else ''}"
    with place() as here, here.headless(unprivileged=True) as program:
        run = _run_of(here, program)
        _set_mode(run, 0o500, 0o400)
        program.wait(1.0)
        if undone:
            _set_mode(run, 0o700, 0o600)
        return _after(here, program, tried, dashboard=False)


def _set_mode(run: Path, folder: int, file: int) -> None:
    run.chmod(folder)
    for path in run.iterdir():
        with contextlib.suppress(FileNotFoundError):
            path.chmod(file)


# Databases


def _locked(run: Path) -> None:
    with contextlib.closing(sqlite3.connect(run / folders.DATABASE, timeout=20)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(LOCKED_SECONDS)
        other.rollback()


def _truncated(run: Path) -> None:
    os.truncate(run / folders.DATABASE, 5000)


def _emptied(run: Path) -> None:
    os.truncate(run / folders.DATABASE, 0)


def _overwritten(run: Path) -> None:
    with (run / folders.DATABASE).open("r+b") as file:
        file.write(GARBAGE)


def _database_removed(run: Path) -> None:
    (run / folders.DATABASE).unlink()


def _journals(run: Path) -> list[Path]:
    """Return the journals of the database; not its shared memory, without which no program survives."""
    return [path for path in run.glob(f"{folders.DATABASE}-*") if not path.name.endswith("-shm")]


def _journal_removed(run: Path) -> None:
    for path in _journals(run):
        path.unlink()


def _journal_truncated(run: Path) -> None:
    for path in _journals(run):
        os.truncate(path, 0)


def _journal_overwritten(run: Path) -> None:
    for path in _journals(run):
        with path.open("r+b") as file:
            file.write(GARBAGE)


DATABASES: dict[str, Callable[[Path], None]] = {
    f"the database is locked for {LOCKED_SECONDS:.0f} s": _locked,
    "the database is truncated": _truncated,
    "the database is emptied": _emptied,
    "the database is overwritten": _overwritten,
    "the database is removed": _database_removed,
    "the journal is removed": _journal_removed,
    "the journal is truncated": _journal_truncated,
    "the journal is overwritten": _journal_overwritten,
}
