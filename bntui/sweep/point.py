"""A point of a sweep: one experiment, known by a hash of everything that determines what it measures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bntui.optimizer_spec import OptimizerSpec
from bntui.printable_text import excerpt
from bntui.spec import NOT_MEASURED, ExperimentSpec
from bntui.toml_text import short_key

_LONGEST_VALUE = 40
"""Characters of a value in a label."""


@dataclass(frozen=True)
class Point:
    """One experiment of a sweep; `spec` is resolved, and `spec.seed` is the point's seed.

    `number` is its place in the grid, from 0; `setting` has the swept keys, without the seed; `id` is `identity(spec)`;
    `label` is for people, as in 'lr=0.1, seed 2'.
    """

    number: int
    setting: Mapping[str, Any]
    spec: ExperimentSpec
    id: str
    label: str


def identity(spec: ExperimentSpec) -> str:
    """Return 16 hexadecimal digits that two resolved specs share if, and only if, they measure the same."""
    table = spec.model_dump(mode="json", exclude_none=True, exclude={"name", *NOT_MEASURED})
    for key, before in OptimizerSpec.LATER.items():
        if table["optimizer"].get(key) == before:
            del table["optimizer"][key]
    text = json.dumps(_as_floats(table), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def label(setting: Mapping[str, Any]) -> str:
    """Return a setting as 'lr=0.1, momentum=0.9': of each key, the last parts that tell it from the others."""
    return ", ".join(f"{short_key(key, setting)}={value_text(value)}" for key, value in setting.items())


def value_text(value: Any) -> str:
    """Return a value of a key as text for a label or a cell of a table."""
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return excerpt(text, length=_LONGEST_VALUE)


def _as_floats(value: Any) -> Any:
    """Return a value with floats for its integers: TOML tells 1 from 1.0, training does not."""
    if isinstance(value, Mapping):
        return {key: _as_floats(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_floats(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
