"""A grid: a preset, the keys to sweep with their values, and the seeds; also as a TOML file, the sweep file.

A sweep file names a preset and has `seeds`, a table `[axes]` of the keys to sweep, and may have a table `[settings]` of
other keys to override. A stored sweep has its preset's text in it, so that it stays what it was.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

import tomli_w
from pydantic import BeforeValidator, Field, ValidationError

from bntui import toml_text
from bntui.overrides import SHORT_KEYS, load_experiment, override_texts
from bntui.printable_text import excerpt, quoted
from bntui.records import UserError
from bntui.spec import ExperimentSpec, explain, parse
from bntui.spec_values import Line, Paragraphs, Strict
from bntui.sweep.axis import Axis, checked_axis, is_range, split_values
from bntui.sweep.point import Point, identity, label
from bntui.user_paths import read_text

Resolve = Callable[[ExperimentSpec], ExperimentSpec]
"""`train.resolve`, which this package does not import."""

_LARGEST_SEED = 2**32
_MOST_LISTED = 100_000
"""Seeds of a range among several."""


def _axes(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return tuple(checked_axis(key, values) for key, values in toml_text.dotted(value, whole=is_range))


def _settings(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {SHORT_KEYS.get(key, key): item for key, item in toml_text.dotted(value, whole=is_range)}


def _seeds(value: Any) -> Sequence[int]:
    """Return seeds given as '0:5' (without the 5), as '1,4,9', as both, or as a list."""
    seeds = _written_seeds(value) if isinstance(value, str) else value
    if not isinstance(seeds, list | tuple | range) or not all(type(seed) is int for seed in (seeds or ())[:1000]):
        raise ValueError(f"seeds = {quoted(value)}: write them as 0:5, which is 0 to 4, or as 1,4,9")
    if not seeds and value not in ((), []):
        raise ValueError(f"seeds = {quoted(value)}: there are none")
    if seeds and not 0 <= min(seeds[0], seeds[-1]) <= max(seeds[0], seeds[-1]) < _LARGEST_SEED:
        raise ValueError(f"seeds = {quoted(value)}: should be from 0 to {_LARGEST_SEED - 1}")
    if isinstance(seeds, range) or not seeds:
        return seeds
    if len(set(seeds)) < len(seeds):
        raise ValueError(f"seeds = {quoted(value)}: one occurs twice")
    whole = range(seeds[0], seeds[-1] + 1)
    return whole if list(whole) == list(seeds) else tuple(seeds)


def _written_seeds(text: str) -> Sequence[int] | None:
    parts = [re.fullmatch(r"\s*(?:(\d{0,12})\s*:)?\s*(\d{1,12})\s*", part) for part in text.split(",")]
    if not all(parts):
        return None
    ranges = [_seed_range(part) for part in parts if part]
    return ranges[0] if len(ranges) == 1 else tuple(itertools.chain(*(each[:_MOST_LISTED] for each in ranges)))


def _seed_range(part: re.Match[str]) -> range:
    """Return the seeds of '5', '2:5' or ':5'."""
    last = int(part[2])
    return range(last, last + 1) if part[1] is None else range(int(part[1] or 0), last)


class Grid(Strict):
    """The experiments of a sweep: every combination of the values of its axes, each with every seed.

    `settings` override keys of the preset in all of them; `base` is the TOML text of the resolved preset, with the
    settings and each axis's first value. `metric` and `claim` name what the sweep is to show.
    """

    preset: Annotated[str, Field(min_length=1, max_length=4200)]
    title: Line = ""
    about: Paragraphs = ""
    metric: Line = ""
    claim: Line = ""
    settings: Annotated[Mapping[str, Any], BeforeValidator(_settings)] = {}
    axes: Annotated[tuple[Axis, ...], BeforeValidator(_axes)] = ()
    seeds: Annotated[Any, BeforeValidator(_seeds)] = ()
    base: str = ""

    @property
    def count(self) -> int:
        """The number of points."""
        return math.prod(len(axis.values) for axis in self.axes) * len(self.seeds)

    @property
    def preset_name(self) -> str:
        """The preset's name, also where it is given as a file."""
        return Path(self.preset).stem if self.preset.endswith(".toml") else self.preset

    def settings_of_axes(self) -> Iterator[dict[str, Any]]:
        """Yield each combination of the axes' values, the last axis varying fastest."""
        for values in itertools.product(*(axis.values for axis in self.axes)):
            yield dict(zip((axis.key for axis in self.axes), values, strict=True))

    def spec(self, setting: Mapping[str, Any]) -> ExperimentSpec:
        """Return the experiment with these values of the swept keys. Raises UserError, which names them."""
        where = f"point {label(setting)}" if setting else f"preset {self.preset}"
        return parse(self.base, self.preset_name, where=where, overrides=override_texts(setting))

    def points(self) -> Iterator[Point]:
        """Yield all points, the seeds varying fastest. Raises UserError for a value that a key cannot have."""
        numbers = itertools.count()
        for setting in self.settings_of_axes():
            spec = self.spec(setting)
            for seed in self.seeds:
                seeded = spec.model_copy(update={"seed": seed})
                text = label({**setting, "seed": seed}).replace("seed=", "seed ")
                yield Point(next(numbers), setting, seeded, identity(seeded), text)

    def with_overrides(self, overrides: Sequence[str]) -> Self:
        """Return the grid with KEY=VALUES: several values make an axis, one a setting. Raises UserError."""
        settings, axes = dict(self.settings), {axis.key: axis for axis in self.axes}
        for override in overrides:
            key, values = _split(override)
            settings.pop(key, None)
            axes.pop(key, None)
            if len(values) == 1:
                settings[key] = values[0]
                continue
            try:
                axes[key] = checked_axis(key, values)
            except ValueError as error:
                raise UserError(f"--set {excerpt(override)}: {error}") from None
        return self.model_copy(update={"settings": settings, "axes": tuple(axes.values())})

    def with_seeds(self, text: str) -> Self:
        """Return the grid with seeds given as '0:5' or '1,4,9'. Raises UserError."""
        try:
            return self.model_copy(update={"seeds": _seeds(text)})
        except ValueError as error:
            raise UserError(f"--{error}".replace("seeds = ", "seeds ", 1)) from None

    def based(self, resolve: Resolve) -> Self:
        """Return the grid with its preset's text, and the preset's seed if it has none. Raises UserError."""
        first = {axis.key: axis.values[0] for axis in self.axes}
        preset = parse(self.base, self.preset_name) if self.base else self.preset
        spec = resolve(load_experiment(preset, override_texts({**self.settings, **first})))
        return self.model_copy(update={"base": spec.toml(), "seeds": self.seeds or range(spec.seed, spec.seed + 1)})

    def toml(self) -> str:
        """Return the grid as TOML that parses to an equal grid."""
        table = self.model_dump(exclude_defaults=True, exclude={"axes", "seeds"})
        table["seeds"] = _text(self.seeds)
        table["axes"] = {axis.key: list(axis.values) for axis in self.axes}
        return tomli_w.dumps(table, multiline_strings=True)


def parsed_grid(text: str, where: str) -> Grid:
    """Return the grid in a TOML text. Raises UserError; its message begins with `where`."""
    try:
        table = toml_text.parsed(text)
        toml_text.check(table)
        return Grid.model_validate(table)
    except UserError as error:
        raise UserError(f"{where}: {error}") from None
    except ValidationError as error:
        raise UserError(f"{where}: {explain(error, Grid)}") from None


def load_grid(path: Path) -> Grid:
    """Return the grid in a sweep file; a preset's path in it is relative to the file. Raises UserError."""
    where = f"sweep file {excerpt(str(path), length=160)}"
    try:
        text = read_text(path, toml_text.LONGEST)
    except UserError as error:
        raise UserError(f"{where}: {error}") from None
    grid = parsed_grid(text, where)
    if grid.base:
        raise UserError(f"{where}: base: unknown key; name a preset, and override its keys in [settings]")
    preset = str((path.parent / grid.preset).resolve()) if grid.preset.endswith(".toml") else grid.preset
    return grid.model_copy(update={"preset": preset})


def _split(override: str) -> tuple[str, list[Any]]:
    key, equals, text = override.partition("=")
    key = key.strip()
    if not equals or not key:
        raise UserError(f"--set {excerpt(override)}: write KEY=VALUE,VALUE, for example optimizer.lr=0.03,0.1")
    try:
        return SHORT_KEYS.get(key, key), split_values(text)
    except UserError as error:
        raise UserError(f"--set {excerpt(override)}: {error}") from None


def _text(seeds: Sequence[int]) -> str | list[int]:
    return f"{seeds.start}:{seeds.stop}" if isinstance(seeds, range) else list(seeds)
