"""Sweeps as folders below the folder of runs: `sweeps/NAME` with the grid. What is done, the runs alone tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bntui import toml_text
from bntui.nearest_names import nearest
from bntui.printable_text import excerpt, quoted
from bntui.records import UserError
from bntui.run.storage import folders, run_files
from bntui.sweep import lease
from bntui.sweep.grid import Grid, parsed_grid
from bntui.sweep.point import Point
from bntui.user_paths import is_file, read_text, reason

FOLDER = "sweeps"
FILE = "sweep.toml"
DRIVER = "driver"
"""The lease of the process that drives a sweep."""
RESERVED = ("list", "plot", "run", "show", "stop", "work")
"""Names of commands, which no sweep can have."""


@dataclass(frozen=True)
class Sweep:
    """A grid that has a name and a folder of its own below the folder of runs."""

    name: str
    runs_dir: Path
    grid: Grid

    @property
    def folder(self) -> Path:
        """The sweep's folder."""
        return self.runs_dir / FOLDER / self.name

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """All points. Raises UserError for a value that a key cannot have."""
        return tuple(self.grid.points())

    @property
    def driven(self) -> bool:
        """Whether a process drives the sweep now."""
        return lease.is_held(self.folder, DRIVER)


def load(name: str, runs_dir: Path) -> Sweep:
    """Return the sweep of that name. Raises UserError without one, or if its file cannot be read."""
    check_name(name)
    path = runs_dir / FOLDER / name / FILE
    if not is_file(path):
        raise UserError(f"no sweep {quoted(name)} in {excerpt(str(runs_dir))}{nearest(name, all_sweeps(runs_dir))}")
    try:
        text = read_text(path, toml_text.LONGEST)
    except UserError as error:
        raise UserError(f"sweep {name}: {FILE} {error}") from None
    grid = parsed_grid(text, f"sweep {name}: {FILE}")
    if not grid.base or not grid.seeds:
        raise UserError(f"sweep {name}: {FILE}: '{'seeds' if grid.base else 'base'}' is missing")
    return Sweep(name, runs_dir, grid)


def exists(name: str, runs_dir: Path) -> bool:
    """Return whether there is a sweep of that name."""
    return _is_name(name) and is_file(runs_dir / FOLDER / name / FILE)


def save(sweep: Sweep) -> None:
    """Store the sweep's grid, in one step. Raises UserError."""
    folders.check_writable(sweep.runs_dir)
    text = sweep.grid.toml()
    if len(text) > toml_text.LONGEST:
        raise UserError(
            f"sweep {sweep.name}: its lists of values and seeds are longer than {toml_text.LONGEST:,} bytes"
        )
    try:
        sweep.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        run_files.replace(sweep.folder / FILE, text.encode(), run_files.PRIVATE)
    except OSError as error:
        raise UserError(f"sweep {sweep.name}: cannot be stored in {sweep.folder}: {reason(error)}") from None


def all_sweeps(runs_dir: Path) -> list[str]:
    """Return the names of all sweeps, oldest first. Raises UserError if the folder cannot be read."""
    try:
        files = [(path.stat().st_mtime_ns, path.parent.name) for path in runs_dir.glob(f"{FOLDER}/*/{FILE}")]
    except (OSError, ValueError) as error:
        raise UserError(f"runs folder {excerpt(str(runs_dir))}: cannot be read ({reason(error)})") from None
    return [name for _, name in sorted(files) if _is_name(name)]


def check_name(name: str) -> None:
    """Raise UserError unless a sweep can have this name."""
    if name in RESERVED:
        raise UserError(f"a sweep cannot be named {name}, which is a command of bntui sweep")
    if not _is_name(name):
        raise UserError(
            f"sweep {quoted(name)}: a name has up to 64 letters, digits and . _ + = -, and begins with no sign"
        )


def _is_name(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.+=-]{0,63}", name) is not None and name not in RESERVED
