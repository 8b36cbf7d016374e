"""Profiles: a quantity by layer, from the network's input to its output, as last measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bntui.run.history import History, Key
from bntui.views.chart import Array, Focus, awaited, layers_of


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One variant's values (layers,), non-finite where measured so; none before the first measurement."""

    variant: str
    place: int
    values: Array


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Lines over `layers`, of which `marked` is the one in focus; the other fields are those of a `Chart`."""

    title: str
    layers: tuple[str, ...]
    lines: tuple[Line, ...]
    marked: int | None = None
    note: str = ""
    log: bool = False
    limits: tuple[float, float] | None = None
    empty: str = ""

    @property
    def measured(self) -> bool:
        """True once any variant has been measured."""
        return any(len(line.values) for line in self.lines)


def profile(
    history: History,
    focus: Focus,
    source: tuple[str, str],
    title: str,
    note: str = "",
    log: bool = False,
    limits: tuple[float, float] | None = None,
    of: Callable[[Array], Array] = np.asarray,
) -> Profile:
    """The newest values of `source`, a probe and the name of its column; `of` is taken of them."""
    probe, name = source
    layers = layers_of(history, probe)
    lines = tuple(
        Line(variant, place, of(_newest(history, variant, probe, name, layers)))
        for place, variant in enumerate(history.info.variants)
    )
    empty = awaited(history, focus, probe, title)
    return Profile(title, layers, lines, marked(layers, focus), f"now, {note}" if note else "now", log, limits, empty)


def marked(layers: tuple[str, ...], focus: Focus) -> int | None:
    """Where the focused layer is among these."""
    return layers.index(focus.layer) if focus.layer in layers else None


def _newest(history: History, variant: str, probe: str, name: str, layers: tuple[str, ...]) -> Array:
    values = [history.last(Key(variant, probe, name, layer)) for layer in layers]
    return np.array([value for value in values if value is not None] if None not in values else [], np.float64)
