"""Runs that differ only in their seed as groups, and the shortest labels that tell groups apart."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, count
from pathlib import Path
from typing import Any

from bntui.records import Notice
from bntui.run.series.merged import variant_name
from bntui.run.storage.reader import RunReader
from bntui.spec import NOT_MEASURED, ExperimentSpec
from bntui.toml_text import dotted, short_key

_MAX_LABEL = 24
"""Characters of a label; longer ones leave no room for the variant's name in tables and legends."""
_MAX_TITLE = 12
_MOST_KEYS = 4
"""Keys in a label."""
_TRIED_KEYS = 16
"""Differing keys that are tried for labels, the first ones of a spec."""

Setting = Mapping[str, Any]
"""Values by dotted key."""


@dataclass(frozen=True, slots=True)
class OpenedRun:
    """What grouping needs of a run; the data set of `spec` is the one in use, which may be a fallback.

    `older` says that an earlier version of bntui measured it, of which some numbers differ.
    """

    folder: Path
    spec: ExperimentSpec
    title: str
    older: bool = False


def open_run(folder: Path) -> OpenedRun:
    """Read a run's spec and title. Raises UserError."""
    with RunReader(folder) as reader, reader.snapshot():
        spec, info = reader.spec, reader.value("info")
        used = spec.model_copy(update={"dataset": info.dataset}) if info else spec
        return OpenedRun(folder, used, str(reader.value("title", "")), reader.older)


def grouped(runs: Iterable[OpenedRun]) -> list[dict[int, OpenedRun]]:
    """Group runs that differ only in their seed, by seed, in the order given.

    A further run of a seed, which is not evidence of its own, goes to a group of further runs.
    """
    groups: dict[tuple[str, bool, int], dict[int, OpenedRun]] = {}
    for run in runs:
        experiment = run.spec.model_dump_json(exclude={"seed", "name", *NOT_MEASURED})
        keys = ((experiment, run.older, repeat) for repeat in count())
        key = next(key for key in keys if run.spec.seed not in groups.get(key, {}))
        groups.setdefault(key, {})[run.spec.seed] = run
    return list(groups.values())


def labels(groups: Sequence[Mapping[int, OpenedRun]]) -> list[str]:
    """Return a label for each group: '' if it is the only one.

    It is the title of the group's only run if that is short and unique; else the values of the keys that tell the
    groups apart, in as few characters as possible; else a letter.
    """
    if len(groups) == 1:
        return [""]
    runs = [list(group.values()) for group in groups]
    titles = [each[0].title if len(each) == 1 else "" for each in runs]
    otherwise = _distinct_settings([each[0].spec for each in runs]) or list(map(_letters, range(len(groups))))
    return [
        title if title and len(title) <= _MAX_TITLE and titles.count(title) == 1 and title not in otherwise else other
        for title, other in zip(titles, otherwise, strict=True)
    ]


def run_label(label: str, seed: int, seeds: int) -> str:
    """Return the label of a run: that of its group, with the seed where the group has several."""
    return label if seeds == 1 and label else f"{label} seed {seed}".strip()


def of_group(notice: Notice, label: str, seed: int, seeds: int) -> Notice:
    """Return a notice of one run of a group of `seeds`: its text says of which, its variant is that of the curves."""
    variant = variant_name(label, notice.variant) if notice.variant else ""
    return replace(notice, text=f"{run_label(label, seed, seeds)}: {notice.text}", variant=variant)


def _distinct_settings(specs: Sequence[ExperimentSpec]) -> list[str]:
    """Return the shortest texts of as few keys as are different for all specs; [] if even cut keys are too long."""
    settings = [dict(dotted(_named_variants(spec))) for spec in specs]
    keys = [key for key in settings[0] if _tells_apart([setting.get(key) for setting in settings])]
    chosen = _telling_keys(settings, keys)
    names = {key: short_key(key, keys) for key in keys}
    for naming in (names, _prefixes(names)):
        texts = [
            [" ".join(_text(naming[key], setting[key]) for key in each) for setting in settings] for each in chosen
        ]
        best = min(texts, key=_longest, default=[])
        if best and _longest(best) <= _MAX_LABEL and len(set(best)) == len(best):
            return best
    return []


def _telling_keys(settings: Sequence[Setting], keys: Sequence[str]) -> list[tuple[str, ...]]:
    """Return all choices of as few keys as possible whose values together are different for all settings."""
    for number in range(1, _MOST_KEYS + 1):
        choices = combinations(keys[:_TRIED_KEYS], number)
        telling = [
            each for each in choices if len({tuple(map(setting.get, each)) for setting in settings}) == len(settings)
        ]
        if telling:
            return telling
    return []


def _prefixes(names: Mapping[str, str]) -> dict[str, str]:
    """Cut each name to the first characters, two or more, that no other name begins with."""
    return {
        key: next(
            (
                name[:length]
                for length in range(2, len(name))
                if sum(other.startswith(name[:length]) for other in names.values()) == 1
            ),
            name,
        )
        for key, name in names.items()
    }


def _longest(texts: Sequence[str]) -> int:
    return max(map(len, texts), default=0)


def _tells_apart(values: Sequence[Any]) -> bool:
    """Whether values are all single ones, and not all the same."""
    return all(isinstance(value, str | int | float) for value in values) and len(set(values)) > 1


def _named_variants(spec: ExperimentSpec) -> dict[str, Any]:
    table = spec.model_dump(exclude={"seed", *NOT_MEASURED})
    return {**table, "variants": {variant.pop("name"): variant for variant in table["variants"]}}


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    return f"{name}={str(value).lower() if isinstance(value, bool) else f'{value:.12g}'}"


def _letters(number: int) -> str:
    """Return A … Z, then AA, AB, …"""
    before, letter = divmod(number, len(string.ascii_uppercase))
    return (_letters(before - 1) if before else "") + string.ascii_uppercase[letter]
