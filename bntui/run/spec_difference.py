"""What differs between the configurations of several runs: a row for each key, runs equal but for the seed together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bntui.number_format import MISSING
from bntui.records import RunInfo
from bntui.spec import DESCRIPTIONS, ExperimentSpec
from bntui.toml_text import dotted

_NAMED = 3
"""Differing keys that the sentence names; it counts the others."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A key, dotted, whose value differs; `values` has one for each spec, None where the key is not set."""

    key: str
    values: tuple[Any, ...]

    def text(self, specs: Sequence[int] | None = None) -> str:
        """Return the different values of some specs (by default of all): '0.1, 0.3', for whole numbers '0–4, 7'."""
        values = self.values if specs is None else [self.values[spec] for spec in specs]
        return _joined(list({repr(value): value for value in values}.values()))


@dataclass(frozen=True, slots=True)
class SpecDifferences:
    """The keys in which specs differ, and the specs in `groups` that are equal but for the seed, by number."""

    keys: tuple[Difference, ...]
    groups: tuple[tuple[int, ...], ...]

    def table(self, names: Sequence[str]) -> list[tuple[str, ...]]:
        """Return a head and rows of text: a row for each key, or a column where there are fewer keys than groups."""
        rows = [(row.key, *(row.text(group) for group in self.groups)) for row in self.keys]
        if len(rows) >= len(self.groups):
            return [("key", *names), *rows]
        return list(zip(("run", *names), *rows, strict=True))

    def sentence(self, names: Sequence[str]) -> str:
        """Return the differences in one line: 'A and B differ in optimizer.lr: 0.1, 0.3; seeds 0–4'."""
        count = sum(map(len, self.groups))
        if not self.keys:
            return f"{count} runs of the same configuration and seed"
        others = [f"{row.key}: {row.text()}" for row in self.keys if row.key != "seed"]
        seeds = next((row.text() for row in self.keys if row.key == "seed"), "")
        if not others:
            return f"{count} runs differ only in the seed: {seeds}"
        more = len(others) - _NAMED
        parts = others[:_NAMED] + [f"{more} more key{'s' * (more > 1)}"] * (more > 0) + [f"seeds {seeds}"] * bool(seeds)
        who = " and ".join(names) if len(names) == 2 else f"{len(self.groups)} configurations"
        return f"{who} differ in {'; '.join(parts)}"


def as_trained(spec: ExperimentSpec, info: RunInfo | None) -> ExperimentSpec:
    """Return the spec with the data set and the device that the run used, which may not be those it asked for."""
    return spec.model_copy(update={"dataset": info.dataset, "device": info.device}) if info else spec


def spec_differences(
    specs: Sequence[ExperimentSpec], groups: tuple[tuple[int, ...], ...] | None = None
) -> SpecDifferences:
    """Compare resolved specs key by key; what describes a preset (title, source, about) is not compared.

    `groups` are the numbers of the specs to show together, by default of those that are equal but for the seed.

    Variants and probes are compared by name, in whatever order. One that some of the specs lack is a single row with
    its options; a probe that is turned off counts as lacking.
    """
    tables = [_table(spec) for spec in specs]
    _merge_lacking(tables)
    flat = [dict(dotted(table)) for table in tables]
    rows = [
        Difference(key, tuple(values.get(key) for values in flat))
        for key in dict.fromkeys(key for f in flat for key in f)
    ]
    differing = tuple(row for row in rows if any(value != row.values[0] for value in row.values))
    return SpecDifferences(differing, groups or _groups(len(specs), differing))


def _table(spec: ExperimentSpec) -> dict[str, Any]:
    table = spec.model_dump(mode="json", exclude=set(DESCRIPTIONS))
    variants = {variant.pop("name"): variant for variant in table["variants"]}
    probes = {name: options for name, options in table["probes"].items() if options.get("every", 1)}
    options = {f"network.{name}": value for name, value in spec.network.options.items()}
    network = {"network": spec.network.kind, **options}
    return {"preset": table.pop("name"), **table, **network, "variants": variants, "probes": probes}


def _merge_lacking(tables: Sequence[dict[str, Any]]) -> None:
    """Turn the options of variants and probes that some tables lack into one text each."""
    for part in ("variants", "probes"):
        shared = set.intersection(*(set(table[part]) for table in tables))
        for table in tables:
            table[part] = {
                name: options if name in shared else _options(options) for name, options in table[part].items()
            }


def _options(options: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} = {_text(value)}" for key, value in options.items() if value is not None)


def _groups(count: int, rows: Sequence[Difference]) -> tuple[tuple[int, ...], ...]:
    groups: dict[str, list[int]] = {}
    for number in range(count):
        setting = repr([row.values[number] for row in rows if row.key != "seed"])
        groups.setdefault(setting, []).append(number)
    return tuple(map(tuple, groups.values()))


def _joined(values: Sequence[Any]) -> str:
    if all(type(value) is int for value in values):
        return ", ".join(ranges(sorted(values)))
    if all(type(value) in (int, float) for value in values):
        values = sorted(values)
    return ", ".join(map(_text, values))


def ranges(numbers: Sequence[int]) -> Iterator[str]:
    """Yield increasing whole numbers, three or more in a row as a range: '0–4', '7'."""
    for _, run in groupby(enumerate(numbers), key=lambda item: item[1] - item[0]):
        members = [number for _, number in run]
        if len(members) > 2:
            yield f"{members[0]}–{members[-1]}"
        else:
            yield from map(str, members)


def _text(value: Any) -> str:
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.12g}"
    return f"[{', '.join(map(_text, value))}]" if isinstance(value, list | tuple) else str(value)
