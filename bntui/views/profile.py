"""Profiles: a quantity by layer, from the network's input to its output, at one step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bntui.run.series.history import Curves, Key
from bntui.views.figure import Figure
from bntui.views.focus import Focus
from bntui.views.smooth import Array
from bntui.views.view import View


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The values (layers,) of one variant; (0,) before the first measurement. Non-finite values are measured."""

    variant: str
    style_index: int
    values: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile(Figure):
    """Lines over `layers`; `marked` is the index of the focused layer."""

    layers: tuple[str, ...]
    lines: tuple[Line, ...]
    marked: int | None = None

    @property
    def measured(self) -> bool:
        """True once any variant has been measured."""
        return any(len(line.values) for line in self.lines)


def profile(view: View, history: Curves, focus: Focus) -> Profile:
    """Return the view's column by layer, transformed, at the cursor or at the newest step."""
    layers = view.layers(history)
    lines = tuple(
        Line(variant, history.style_index(variant), view.transform(_values(view, history, focus, variant, layers)))
        for variant in history.info.variants
    )
    note = "now" if focus.cursor is None else f"at step {focus.cursor}"
    return Profile(note=note, layers=layers, lines=lines, marked=focus.index_in(layers))


def _values(view: View, history: Curves, focus: Focus, variant: str, layers: tuple[str, ...]) -> Array:
    (name,) = view.names
    values = [focus.value_of(history.points(Key(variant, view.probe, name, layer))) for layer in layers]
    return np.array([value for value in values if value is not None] if None not in values else [], np.float64)
