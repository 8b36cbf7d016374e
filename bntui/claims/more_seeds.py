"""The commands that train more seeds of an experiment, which is what gives verdicts."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bntui.claims.result import Result
from bntui.overrides import override_texts
from bntui.records import RunInfo, UserError
from bntui.run.spec_difference import Difference, as_trained, spec_differences
from bntui.spec import ExperimentSpec, available, load
from bntui.sweep.grid import Grid
from bntui.sweep.sweep_folder import Sweep

SEEDS = 5
"""Seeds that a first sweep should have: verdicts need three, and with five an effect may vary more."""
_MOST_OVERRIDES = 4
"""Overrides that a command may have; the run's own preset file says the same in less."""
_CHANGES_NOTHING = ("seed", "preset", "device", "checkpoint.seconds")


def seeds_text(present: Iterable[int], count: int) -> str:
    """Return `count` seeds as `--seeds` takes them, those present among them: '0:5', which is 0 to 4, or '1,4,5'."""
    seeds = sorted(set(present))
    if seeds[-1] < count:
        return f"0:{count}"
    seeds += range(seeds[-1] + 1, seeds[-1] + 1 + count - len(seeds))
    whole = seeds == list(range(seeds[0], seeds[-1] + 1))
    return f"{seeds[0]}:{seeds[-1] + 1}" if whole else ",".join(map(str, seeds))


@dataclass(frozen=True, slots=True)
class Repetition:
    """How to repeat a run with more seeds: its preset, by name or file, and the keys that it overrides.

    `name` is that of the run's preset.
    """

    name: str
    preset: str
    settings: Mapping[str, Any]
    seeds: str

    @property
    def command(self) -> str:
        """The command of a shell."""
        overrides = [word for key, value in self.settings.items() for word in ("--set", _written(key, value))]
        return shlex.join(["bntui", "sweep", self.preset, *overrides, "--seeds", self.seeds])

    @property
    def grid(self) -> Grid:
        """The same as a grid, without the preset's text."""
        return Grid(preset=self.preset, settings=self.settings, seeds=self.seeds)


def repetition(spec: ExperimentSpec, info: RunInfo | None, folder: Path | None) -> Repetition:
    """Return how to repeat a run with more seeds, its own among them; of an own preset, by the file in its folder."""
    seeds, settings = seeds_text([spec.seed], SEEDS), _overridden(as_trained(spec, info))
    if settings is None:
        return Repetition(spec.name, str(folder / "spec.toml") if folder else spec.name, {}, seeds)
    return Repetition(spec.name, spec.name, settings, seeds)


def extension(sweep: Sweep, seeds: str) -> str:
    """Return the command that trains a sweep with more seeds; one named like a preset is told apart by all its keys."""
    grid = sweep.grid
    if sweep.name not in available():
        return shlex.join(["bntui", "sweep", sweep.name, "--seeds", seeds])
    values = {**{key: [value] for key, value in grid.settings.items()}, **{axis.key: axis.values for axis in grid.axes}}
    overrides = [
        word
        for key, each in values.items()
        for word in ("--set", f"{key}={','.join(_written(key, value).partition('=')[2] for value in each)}")
    ]
    return shlex.join(["bntui", "sweep", grid.preset, *overrides, "--seeds", seeds, "--name", sweep.name])


def effects_only(results: Iterable[Result], command: str) -> str:
    """Return the line that leads results of too few seeds: 'one seed: effects only; `…` decides'; '' if there are more.

    Of several groups the one with the fewest seeds counts.
    """
    seeds = min((len(result.seeds) for result in results), default=0)
    if not 0 < seeds < 3:
        return ""
    return f"{'one seed' if seeds == 1 else 'two seeds'}: effects only; `{command}` decides"


def _overridden(spec: ExperimentSpec) -> dict[str, Any] | None:
    """Return the keys that make the preset of the spec's name into this spec; None if that takes more than a few."""
    try:
        rows = spec_differences([load(spec.name), spec]).keys
    except UserError:
        return None
    changed = [row for row in rows if row.key not in _CHANGES_NOTHING and not _is_default(row)]
    if len(changed) > _MOST_OVERRIDES or any(row.values[0] is None or row.values[1] is None for row in changed):
        return None
    return {row.key: row.values[1] for row in changed}


def _written(key: str, value: Any) -> str:
    plain = isinstance(value, str) and re.fullmatch(r"[A-Za-z][\w:./-]*", value)
    return f"{key}={value}" if plain else override_texts({key: value})[0]


def _is_default(row: Difference) -> bool:
    """Return whether a difference may be a default of a probe's option, which the preset does not write."""
    return row.key.startswith("probes.") and row.key.count(".") > 1 and row.values[0] is None
