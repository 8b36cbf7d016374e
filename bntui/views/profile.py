"""Profiles: a quantity by layer, from the network's input to its output, at one step."""

from __future__ import annotations

from dataclasses import dataclass

from bntui.run.series.history import Curves
from bntui.views.focus import Focus
from bntui.views.lines import LineFigure, line_at, when
from bntui.views.view import View

_MOST_LABELLED = 24
_FEW = 12
"""Marks and labels of files and pages: one for each layer up to the first number, else about the second."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile(LineFigure):
    """Lines over `layers`; `marked` is the index of the focused layer."""

    layers: tuple[str, ...]
    marked: int | None = None

    @property
    def spacing(self) -> int:
        """The layers from one mark and label to the next, where a page or a file has room for a mark per layer."""
        return 1 if len(self.layers) <= _MOST_LABELLED else len(self.layers) // _FEW


def profile(view: View, history: Curves, focus: Focus) -> Profile:
    """Return the view's column by layer, transformed, at the cursor or at the newest step."""
    (name,), layers = view.names, view.layers(history)
    columns = [(name, layer) for layer in layers]
    lines = tuple(line_at(view, history, focus, variant, columns) for variant in history.info.variants)
    return Profile(note=when(focus), layers=layers, lines=lines, marked=focus.index_in(layers))
