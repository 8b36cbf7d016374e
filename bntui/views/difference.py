"""Figures of differences between variants, made of the same views as the figures of the variants themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bntui.run.history import Curves, Points
from bntui.views.band import Band, Span
from bntui.views.chart import Chart, Focus, Series
from bntui.views.figure import Figure
from bntui.views.lens import Differences
from bntui.views.profile import Line, Profile


def difference(
    view: Callable[[Curves, Focus], Figure], history: Curves, differences: Differences, focus: Focus
) -> Figure:
    """The view of the differences between the history's variants; of a range, of its width.

    Heatmaps stay as they are, for their colours have no place for signs, and so do ranges whose ends are computed.
    """
    figure = view(history, focus)
    if isinstance(figure, Profile):
        return replace(figure, title=f"Δ {figure.title}", log=False, limits=None, lines=_lines(figure, differences))
    if not isinstance(figure, Chart | Band) or (isinstance(figure, Band) and not figure.measured_ends):
        return figure
    figure = view(differences, focus)
    if isinstance(figure, Band):
        return _widths(figure)
    return replace(figure, title=f"Δ {figure.title}", log=False, limits=None)


def _lines(profile: Profile, differences: Differences) -> tuple[Line, ...]:
    values = {line.variant: line.values for line in profile.lines}
    return tuple(
        Line(name, differences.place(name), values[one] - values[other])
        for name, (one, other) in differences.pairs.items()
        if len(values[one]) == len(values[other])
    )


def _widths(band: Band) -> Chart:
    return Chart(
        title=f"Δ width of {band.title}",
        series=tuple(map(_width, band.spans)),
        steps=band.steps,
        note="highest − lowest",
        empty=band.empty,
    )


def _width(span: Span) -> Series:
    with np.errstate(invalid="ignore", over="ignore"):
        values = span.high.values - span.low.values
    return Series(span.variant, span.place, Points(span.high.steps, values), span.ended)
