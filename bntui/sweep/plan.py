"""What a command is to do: go on with a stored sweep, extend it, or begin a new one. All points are checked first."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bntui import spec, toml_text
from bntui.nearest_names import nearest
from bntui.printable_text import quoted
from bntui.records import UserError
from bntui.run.spec_difference import spec_differences
from bntui.spec import ExperimentSpec
from bntui.sweep import sweep_folder
from bntui.sweep.grid import Grid, Resolve, load_grid
from bntui.sweep.metrics import METRICS
from bntui.sweep.point import Point, identity, label
from bntui.sweep.sweep_folder import FOLDER, Sweep
from bntui.user_paths import read_text

MANY = 1000
"""Points of a grid from which the user is asked."""


@dataclass(frozen=True)
class Request:
    """What the user asks for: a preset, a sweep file or a sweep, by name or file, and what to change."""

    target: str
    runs_dir: Path
    overrides: Sequence[str] = ()
    seeds: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Plan:
    """The sweep to work on, and the one that is stored under its name, None for a new one; `note` is for the user."""

    sweep: Sweep
    stored: Sweep | None
    note: str = ""

    def checked(self, resolve: Resolve) -> Plan:
        """Return the plan with every point checked. Raises UserError for a point that cannot be trained."""
        metric = self.sweep.grid.metric
        if metric and metric not in METRICS:
            raise UserError(f"sweep {self.sweep.name}: metric = {quoted(metric)}: unknown{nearest(metric, METRICS)}")
        for setting in self.sweep.grid.settings_of_axes():
            _check(self.sweep.grid.spec(setting), setting, resolve)
        _check_different(self.sweep.points)
        if self.stored is None or self.stored.grid == self.sweep.grid:
            return self
        ids = {point.id for point in self.sweep.points}
        missing = [point for point in self.stored.points if point.id not in ids]
        if missing:
            raise UserError(_conflict(self.stored, self.sweep, missing))
        added = len(ids) - len(self.stored.points)
        note = f"sweep {self.sweep.name} is extended by {added} points" if added else ""
        return Plan(self.sweep, self.stored, note)

    def save(self) -> None:
        """Store what is new. Raises UserError if another process drives the sweep, or it cannot be stored."""
        if self.stored and self.stored.grid == self.sweep.grid:
            return
        name = self.sweep.name
        if self.stored and self.stored.driven:
            raise UserError(
                f"sweep {name}: cannot be changed while a process drives it; to end that: bntui sweep stop {name}"
            )
        sweep_folder.save(self.sweep)


def planned(request: Request, resolve: Resolve) -> Plan:
    """Return what a request means; the points are not made yet. Raises UserError."""
    target, runs_dir = request.target, request.runs_dir
    changes = bool(request.overrides or request.seeds or request.name)
    if not changes and sweep_folder.exists(target, runs_dir):
        stored = sweep_folder.load(target, runs_dir)
        return Plan(stored, stored, _note_of_change(stored, resolve))
    grid, name = _grid(target, runs_dir)
    grid = grid.with_overrides(request.overrides)
    grid = grid if request.seeds is None else grid.with_seeds(request.seeds)
    return plan_of(grid, request.name or name, runs_dir, resolve)


def plan_of(grid: Grid, name: str, runs_dir: Path, resolve: Resolve) -> Plan:
    """Return the plan to train a grid; without a name, it is named after its preset and keys. Raises UserError."""
    grid = grid.based(resolve)
    name = name or _default_name(grid)
    sweep_folder.check_name(name)
    stored_too = sweep_folder.load(name, runs_dir) if sweep_folder.exists(name, runs_dir) else None
    return Plan(Sweep(name, runs_dir, grid), stored_too)


def sweep_files() -> dict[str, Path]:
    """Return the sweep files that can be given by name: those shipped, and the user's, which come first."""
    paths = (path for folder in reversed(spec.folders()) for path in (folder / FOLDER).glob("*.toml"))
    return dict(sorted((path.stem, path) for path in paths))


def _grid(target: str, runs_dir: Path) -> tuple[Grid, str]:
    """Return the grid that a name or a file means, and the name of its sweep, '' where it depends on the grid."""
    if target.endswith(".toml") or "/" in target:
        path = spec.find(target)
        return (load_grid(path), path.stem) if _is_sweep_file(path) else (Grid(preset=str(path.resolve())), "")
    files = sweep_files()
    if target in files:
        return load_grid(files[target]), target
    presets = spec.available()
    if target in presets:
        return Grid(preset=target), ""
    if sweep_folder.exists(target, runs_dir):
        return sweep_folder.load(target, runs_dir).grid, target
    known = [*files, *presets, *sweep_folder.all_sweeps(runs_dir)]
    raise UserError(
        f"unknown preset or sweep {quoted(target)}{nearest(target, known, '`bntui presets` lists the presets')}"
    )


def _is_sweep_file(path: Path) -> bool:
    """Return whether a TOML file is of a sweep rather than a preset; one that cannot be read is of neither."""
    try:
        return "preset" in toml_text.parsed(read_text(path, toml_text.LONGEST))
    except UserError:
        return False


def _default_name(grid: Grid) -> str:
    keys = [axis.key for axis in grid.axes]
    return "-".join((grid.preset_name, *(toml_text.short_key(key, keys) for key in keys)))


def _check(point: ExperimentSpec, setting: dict[str, object], resolve: Resolve) -> None:
    try:
        resolved = resolve(point)
    except UserError as error:
        raise UserError(f"point {label(setting)}: {error}" if setting else str(error)) from None
    if identity(resolved) != identity(point):
        raise UserError(f"point {label(setting)}: one of these values cannot be swept, since it changes other keys")


def _check_different(points: Sequence[Point]) -> None:
    known: dict[str, Point] = {}
    for point in points:
        other = known.setdefault(point.id, point)
        if other is not point:
            raise UserError(f"points '{other.label}' and '{point.label}' are the same experiment; leave one out")


def _conflict(stored: Sweep, new: Sweep, missing: Sequence[Point]) -> str:
    """Say why a sweep that is stored under the same name cannot become the new one."""
    name, free = stored.name, _free_name(stored)
    advice = f"give this one another name: --name {free}; to go on with the old one: bntui sweep {name}"
    changed = _changed_keys(stored.grid, new.grid)
    if changed:
        return f"sweep {name}: preset {new.grid.preset_name} has changed since it began ({changed}); {advice}"
    return f"sweep {name} has points that are not in this grid, such as '{missing[0].label}'; {advice}"


def _changed_keys(old: Grid, new: Grid) -> str:
    """Return the keys in which the presets of grids with the same axes and settings differ, else ''."""
    keys = {axis.key for axis in old.axes}
    if keys != {axis.key for axis in new.axes} or dict(old.settings) != dict(new.settings):
        return ""
    first = {axis.key: axis.values[0] for axis in old.axes}
    specs = [grid.spec(first).model_copy(update={"seed": 0, "device": "cpu"}) for grid in (old, new)]
    if identity(specs[0]) == identity(specs[1]):
        return ""
    return ", ".join(difference.key for difference in spec_differences(specs).keys[:3])


def _note_of_change(stored: Sweep, resolve: Resolve) -> str:
    """Say that the preset, or the sweep file of the same name, has changed since a sweep began; '' if it has not."""
    grid = stored.grid
    try:
        named = sweep_files().get(stored.name)
        now = (load_grid(named) if named else grid.model_copy(update={"base": ""})).based(resolve)
        changed = (
            _changed_keys(grid, now) or (now.axes != grid.axes and "axes") or (now.seeds != grid.seeds and "seeds")
        )
    except UserError:
        # It is gone, or damaged; the sweep does not need it.
        return ""
    if not changed:
        return ""
    what = f"sweep file {stored.name}" if named else f"preset {grid.preset_name}"
    return (
        f"{what} has changed since sweep {stored.name} began ({changed}); it goes on as it began;"
        f" for a sweep of the new one, give another name: --name {_free_name(stored)}"
    )


def _free_name(stored: Sweep) -> str:
    names = (f"{stored.name}-{number}" for number in itertools.count(2))
    return next(name for name in names if not sweep_folder.exists(name, stored.runs_dir))
