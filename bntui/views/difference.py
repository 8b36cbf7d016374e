"""Figures of differences between variants, made of the same views as the figures of the variants themselves."""

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
    """The view of the differences between the history's variants; of a range, of its width.

    Heatmaps stay as they are, for their colours have no place for signs, and so do ranges whose ends are computed.
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
        Line(name, differences.style_index(name), values[one] - values[other])
        for name, (one, other) in differences.pairs.items()
        if len(values[one]) == len(values[other])
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
