"""Lines of variants over places, which are layers or values of an axis, at one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bntui.run.series.history import Curves, Key, Points
from bntui.run.series.seed_mean import estimate
from bntui.views.figure import Figure
from bntui.views.focus import Focus
from bntui.views.smooth import Array
from bntui.views.view import View


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The values (places,) of one variant; (0,) before the first measurement. Non-finite values are measured.

    Of several seeds these are means, `half_widths` (places,) those of their 95 % t intervals, NaN where only one seed
    is left, and `seeds` the values of each one.
    """

    variant: str
    style_index: int
    values: Array
    half_widths: Array | None = None
    seeds: Mapping[int, Array] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LineFigure(Figure):
    """A line over the places for each variant."""

    lines: tuple[Line, ...]

    @property
    def measured(self) -> bool:
        """True once any variant has been measured."""
        return any(len(line.values) for line in self.lines)

    @property
    def seed_counts(self) -> tuple[int, ...]:
        """The number of seeds of each variant that is a mean over seeds."""
        return tuple(len(each.seeds) for each in self.lines if each.seeds)


def when(focus: Focus) -> str:
    """Return the phrase of a note that names the step whose values are drawn."""
    return "now" if focus.cursor is None else f"at {focus.unit.phrase(focus.cursor)}"


def line_at(view: View, history: Curves, focus: Focus, variant: str, columns: Sequence[tuple[str, str]]) -> Line:
    """Return the values of a variant, transformed, at the cursor or at the newest step.

    `columns` are name and layer of one column of the view's probe for each place.
    """
    style_index = history.style_index(variant)
    keys = [Key(variant, view.probe, name, layer) for name, layer in columns]
    curves = [history.points(key) for key in keys]
    counts = [focus.count_of(points) for points in curves]
    if not all(counts):
        return Line(variant, style_index, np.empty(0))
    if not all(points.spread for points in curves):
        values = [float(points.values[count - 1]) for points, count in zip(curves, counts, strict=True)]
        return Line(variant, style_index, view.transform(np.array(values, np.float64)))
    steps = [int(points.steps[count - 1]) for points, count in zip(curves, counts, strict=True)]
    by_place = [history.seeds(key) for key in keys]
    values_of = (
        {seed: _values([points[seed] for points in by_place], steps) for seed in by_place[0]} if by_place else {}
    )
    return line_over(variant, style_index, {seed: view.transform(v) for seed, v in values_of.items() if len(v)})


def line_over(variant: str, style_index: int, seeds: Mapping[int, Array]) -> Line:
    """Return the mean of several seeds' values, or the values of the only one."""
    if len(seeds) < 2:
        return Line(variant, style_index, next(iter(seeds.values()), np.empty(0)))
    means, half_widths, _ = estimate(np.array(list(seeds.values())))
    return Line(variant, style_index, means, half_widths, seeds)


def _values(curves: list[Points], steps: list[int]) -> Array:
    """Return the value of each curve at its step; none if any has not measured it."""
    ends = [points.count_through(step) - 1 for points, step in zip(curves, steps, strict=True)]
    present = [end >= 0 and points.steps[end] == step for end, points, step in zip(ends, curves, steps, strict=True)]
    return np.array(
        [points.values[end] for end, points in zip(ends, curves, strict=True)] if all(present) else [], np.float64
    )
