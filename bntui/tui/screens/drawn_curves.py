"""The curves that a screen's figures are made of: selected variants or their differences, over steps or seconds."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from bntui.run.series.history import Curves
from bntui.views.difference import difference
from bntui.views.figure import Figure
from bntui.views.focus import Focus
from bntui.views.seconds_axis import SecondsAxis
from bntui.views.selection import Differences, Differing
from bntui.views.view import View


class DrawnCurves(NamedTuple):
    """The selected curves, their differences (None in the mode of values), and the focus on their axis."""

    selection: Curves
    differences: Differing | None
    focus: Focus

    @classmethod
    def of(
        cls, selection: Curves, differences: Differences | None, focus: Focus, axis: SecondsAxis | None
    ) -> DrawnCurves:
        """Return curves and focus, on the axis of seconds if it is given."""
        if differences is not None:
            focus = with_ends_of_pairs(focus, differences)
        if axis is None:
            return cls(selection, differences, focus)
        pairs = differences.pairs if differences else {}
        placed = axis.differences(differences) if differences else None
        return cls(axis.curves(selection), placed, axis.focus(focus, pairs))

    def figure(self, view: View) -> Figure:
        """Return the figure of a view."""
        if self.differences is None:
            return view(self.selection, self.focus)
        return difference(view, self.selection, self.differences, self.focus)


def with_ends_of_pairs(focus: Focus, differences: Differences) -> Focus:
    """Return a focus in which a difference ends where the first of its two variants does."""
    ended = dict(focus.ended)
    for name, pair in differences.pairs.items():
        ends = [focus.ended[variant] for variant in pair if variant in focus.ended]
        if ends:
            ended[name] = min(ends)
    lost = {
        name: tuple(sorted({step for variant in pair for step in focus.lost.get(variant, ())}))
        for name, pair in differences.pairs.items()
    }
    return replace(focus, ended=ended, lost=lost)
