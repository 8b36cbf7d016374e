"""Figures of differences between variants, from the same views as the figures of the variants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bntui.run.series.history import Curves, Points
from bntui.run.series.seed_mean import SeedMean
from bntui.views.band import Band, Span
from bntui.views.chart import Chart, Series
from bntui.views.figure import Figure
from bntui.views.focus import Focus
from bntui.views.profile import Line, Profile, line_over
from bntui.views.selection import Differences


def difference(
    view: Callable[[Curves, Focus], Figure], history: Curves, differences: Differences, focus: Focus
) -> Figure:
    """Return a view's figure of the differences between variants; for a band, of the differences of its width.

    Heatmaps, whose colors do not show signs, and bands with computed ends are returned unchanged.
    """
    figure = view(history, focus)
    if isinstance(figure, Profile):
        figure = replace(figure, lines=_lines(figure, differences))
    elif isinstance(figure, Chart):
        figure = view(differences, focus)
    elif isinstance(figure, Band) and figure.measured_ends:
        figure = _widths(view(differences, focus))
    else:
        return figure
    return replace(figure, title=f"Δ {figure.title}", note=", ".join(differences.pairs), log=False, limits=None)


def _lines(profile: Profile, differences: Differences) -> tuple[Line, ...]:
    lines = {line.variant: line for line in profile.lines}
    return tuple(
        _line_difference(name, differences.style_index(name), lines[first], lines[second])
        for name, (first, second) in differences.pairs.items()
        if len(lines[first].values) == len(lines[second].values)
    )


def _line_difference(name: str, style_index: int, first: Line, second: Line) -> Line:
    """Return the mean of the differences seed by seed; without shared seeds, the difference of the values."""
    seeds = {seed: values - second.seeds[seed] for seed, values in first.seeds.items() if seed in second.seeds}
    return line_over(name, style_index, seeds or {0: first.values - second.values})


def _widths(band: Figure) -> Chart:
    assert isinstance(band, Band)
    return Chart(
        title=f"width of {band.title}",
        series=tuple(map(_width, band.spans)),
        steps=band.steps,
        empty=band.empty,
    )


def _width(span: Span) -> Series:
    seeds = {seed: _between(low, high) for seed, (low, high) in span.seeds.items()}
    points = SeedMean().update(seeds, _end(span.low)) if seeds else _between(span.low, span.high)
    return Series(span.variant, span.style_index, points, span.ended, seeds, span.lost)


def _between(low: Points, high: Points) -> Points:
    with np.errstate(invalid="ignore", over="ignore"):
        return Points(high.steps, high.values - low.values)


def _end(points: Points) -> int:
    """Return the step after the last point."""
    return int(points.steps[-1]) + 1 if len(points.steps) else 0
