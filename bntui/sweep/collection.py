"""Runs that are trained in another machine's folder and brought into the driver's folder of runs (`--collect`)."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from bntui.records import State
from bntui.run.storage import folders
from bntui.sweep import lease
from bntui.sweep.engine import Ended, Outcome
from bntui.sweep.index import RunIndex
from bntui.sweep.point import Point
from bntui.sweep.sweep_folder import FOLDER
from bntui.sweep.worker import LEASES


@dataclass(frozen=True)
class PackedRun:
    """A run's id, and its folder as a zip archive, which unlike tar is unpacked without links and within one folder."""

    run_id: str
    archive: bytes


def packed(folder: Path) -> PackedRun:
    """Return a run's folder as bytes. Raises OSError."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", strict_timestamps=False) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder.parent))
    return PackedRun(folder.name, buffer.getvalue())


def unpack(run: PackedRun, runs_dir: Path) -> Path:
    """Write a packed run, of which others see all or nothing, under a free name; return its folder. Raises OSError."""
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=runs_dir) as within:
        with zipfile.ZipFile(io.BytesIO(run.archive)) as archive:
            archive.extractall(within)
        names = (run.run_id if number == 1 else f"{run.run_id}-{number}" for number in range(1, 1000))
        free = next(name for name in names if not (runs_dir / name).exists())
        return (Path(within) / run.run_id).rename(runs_dir / free)


class Collection:
    """The driver's folder of runs, as the place to which the runs of points are brought."""

    def __init__(self, runs_dir: Path) -> None:
        self._runs_dir = runs_dir
        self._index = RunIndex(runs_dir)
        self._held: dict[str, ExitStack] = {}

    def begin(self, point: Point) -> PackedRun | Ended | None:
        """Take a point; return the run to go on with, None without one, or why there is nothing to do.

        Raises OSError, and UserError if the folder cannot be written.
        """
        held = lease.take(self._runs_dir / FOLDER / LEASES, point.id)
        if held is None:
            return Ended(point, Outcome.BUSY)
        with ExitStack() as stack:
            stack.enter_context(held)
            run = self._index.decisive_run(point.id)
            if run and run.state == State.FINISHED:
                return Ended(point, Outcome.FINISHED)
            unfinished = packed(run.folder) if run else None
            self._held[point.id] = stack.pop_all()
            return unfinished

    def end(self, point: Point, run: PackedRun | None) -> None:
        """Store the run of a point, if there is one, in the place of the one it continues. Raises OSError."""
        try:
            before = self._index.decisive_run(point.id)
            if run:
                unpack(run, self._runs_dir)
                if before and before.run_id == run.run_id:
                    # Last: whenever this process is killed, there is one of the two.
                    shutil.rmtree(before.folder, ignore_errors=True)
        finally:
            self._held.pop(point.id).close()


def trained_away(
    train: Callable[[Path], Ended], point: Point, unfinished: PackedRun | None
) -> tuple[Ended, PackedRun | None]:
    """Train a point in this machine's own folder of runs; return how it ended and its run, which is deleted here."""
    runs_dir = Path(platformdirs.user_cache_dir("bntui")) / "swept-runs"
    runs_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    index = RunIndex(runs_dir)
    if unfinished and not index.decisive_run(point.id):
        # A run that is here was left by a worker that was killed, and is newer.
        unpack(unfinished, runs_dir)
    ended = train(runs_dir)
    run = index.decisive_run(point.id)
    if run is None or folders.in_use(run.folder):
        return ended, None
    result = packed(run.folder)
    for each in index.read().get(point.id, ()):
        shutil.rmtree(each.folder)
    return ended, result
