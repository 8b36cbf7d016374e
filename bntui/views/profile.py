"""Profiles: a quantity by layer, from the network's input to its output, at one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bntui.run.series.history import Curves, Key
from bntui.views.chart import Focus, awaited, layers_of, reading
from bntui.views.figure import Figure
from bntui.views.smooth import Array


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One variant's values (layers,), non-finite where measured so; none before the first measurement."""

    variant: str
    style_index: int
    values: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile(Figure):
    """Lines over `layers`, of which `marked` is the one in focus."""

    layers: tuple[str, ...]
    lines: tuple[Line, ...]
    marked: int | None = None

    @property
    def measured(self) -> bool:
        """True once any variant has been measured."""
        return any(len(line.values) for line in self.lines)


def profile(
    history: Curves,
    focus: Focus,
    source: tuple[str, str],
    title: str,
    note: str = "",
    log: bool = False,
    limits: tuple[float, float] | None = None,
    of: Callable[[Array], Array] = np.asarray,
) -> Profile:
    """`of` the values, at the cursor or the newest ones, of `source`: a probe and the name of its column."""
    probe, name = source
    layers = layers_of(history, probe)
    lines = tuple(
        Line(variant, history.style_index(variant), of(_values(history, focus, variant, probe, name, layers)))
        for variant in history.info.variants
    )
    when = "now" if focus.at is None else f"at step {focus.at}"
    return Profile(
        title=title,
        layers=layers,
        lines=lines,
        marked=marked(layers, focus),
        note=", ".join(filter(None, (when, note))),
        log=log,
        limits=limits,
        empty=awaited(history, focus, probe, title),
    )


def marked(layers: tuple[str, ...], focus: Focus) -> int | None:
    """Where the focused layer is among these."""
    return layers.index(focus.layer) if focus.layer in layers else None


def _values(history: Curves, focus: Focus, variant: str, probe: str, name: str, layers: tuple[str, ...]) -> Array:
    values = [reading(history.points(Key(variant, probe, name, layer)), focus.at) for layer in layers]
    return np.array([value for value in values if value is not None] if None not in values else [], np.float64)
