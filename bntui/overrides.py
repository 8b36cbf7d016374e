"""Presets with some keys overridden, as the command line and the Python API take them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bntui import spec
from bntui.printable_text import quoted
from bntui.records import UserError
from bntui.spec import ExperimentSpec

SHORT_KEYS = {"lr": "optimizer.lr"}
"""Options whose name is not the key they override."""


def override_texts(options: Mapping[str, Any]) -> list[str]:
    """Return options by name, or keyword arguments by dotted key, as KEY=VALUE with the value in TOML.

    Raises UserError for a value that cannot be written.
    """
    return [f"{SHORT_KEYS.get(name, name)}={_written(name, value)}" for name, value in options.items()]


def overridden(key: str, overrides: Sequence[str]) -> bool:
    """Return whether one of the overrides is of this key."""
    return any(override.partition("=")[0].strip() == key for override in overrides)


def load_experiment(preset: str | Path | ExperimentSpec, overrides: Sequence[str] = ()) -> ExperimentSpec:
    """Load a preset, given by name, TOML file or spec, and override its keys.

    Raises UserError for an unknown or invalid preset, key or value, and if the learning rate is overridden although
    every variant has its own.
    """
    if isinstance(preset, ExperimentSpec):
        loaded = spec.parse(preset.toml(), preset.name, where=f"preset {preset.name}", overrides=overrides)
    else:
        loaded = spec.load(str(preset), overrides)
    if overridden(SHORT_KEYS["lr"], overrides) and all(variant.lr for variant in loaded.variants):
        example = loaded.variants[0].name
        name = loaded.name if isinstance(preset, ExperimentSpec) else preset
        raise UserError(f"preset {name}: every variant has its own lr; use --set variants.{example}.lr=X")
    return loaded


def _written(name: str, value: Any) -> str:
    try:
        return _toml(value)
    except (ValueError, RecursionError):
        raise UserError(f"{name} = {quoted(value)}: should be shorter") from None


def _toml(value: Any) -> str:
    """Return a value as TOML on one line: numbers (also numpy's), texts, lists and tables of them."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | Path):
        return json.dumps(str(value), ensure_ascii=False)
    return repr(value.item() if hasattr(value, "item") else value)
