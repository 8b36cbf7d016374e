"""Figures of differences between variants, from the same views as the figures of the variants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bntui.run.series.history import Curves, Points
from bntui.views.band import Band, Span
from bntui.views.chart import Chart, Series
from bntui.views.figure import Figure
from bntui.views.focus import Focus
from bntui.views.profile import Line, Profile
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
    values = {line.variant: line.values for line in profile.lines}
    return tuple(
        Line(name, differences.style_index(name), values[first] - values[second])
        for name, (first, second) in differences.pairs.items()
        if len(values[first]) == len(values[second])
    )


def _widths(band: Figure) -> Chart:
    assert isinstance(band, Band)
    return Chart(
        title=f"width of {band.title}",
        series=tuple(map(_width, band.spans)),
        steps=band.steps,
        empty=band.empty,
    )


def _width(span: Span) -> Series:
    with np.errstate(invalid="ignore", over="ignore"):
        values = span.high.values - span.low.values
    return Series(span.variant, span.style_index, Points(span.high.steps, values), span.ended)
