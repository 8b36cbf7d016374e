"""Figures of differences between variants, from the same views as the figures of the variants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bntui.run.series.history import NO_POINTS, Curves, Points
from bntui.run.series.seed_mean import SeedMean
from bntui.views.band import Band, Span
from bntui.views.chart import Chart, Series
from bntui.views.figure import Figure
from bntui.views.focus import Focus
from bntui.views.heatmap import Heatmap
from bntui.views.lines import Line, LineFigure, line_over
from bntui.views.matrix import Image, Matrix
from bntui.views.scan import Scan
from bntui.views.selection import Differing
from bntui.views.smooth import Array


def difference(
    view: Callable[[Curves, Focus], Figure], history: Curves, differences: Differing, focus: Focus
) -> Figure:
    """Return a view's figure of the differences between variants; for a band, of the differences of its width.

    The colors of heatmaps and matrices are centered on 0, laws and references left out. Bands with computed ends, and
    heatmaps whose variants have axes of their own, stay as they are, and say so.
    """
    figure = view(history, focus)
    if isinstance(figure, LineFigure):
        lines = _lines(figure, differences)
        figure = replace(figure, lines=lines, laws=()) if isinstance(figure, Scan) else replace(figure, lines=lines)
    elif isinstance(figure, Chart):
        figure = _without_references(view(differences, focus))
    elif isinstance(figure, Band) and figure.measured_ends:
        figure = _widths(view(differences, focus))
    elif isinstance(figure, Heatmap) and not figure.hollow:
        figure = replace(view(differences, focus), diverging=True)  # type: ignore[call-arg]
    elif isinstance(figure, Matrix):
        figure = replace(figure, images=_images(figure, differences), diverging=True)
    else:
        return replace(figure, note=", ".join(filter(None, ("no differences", figure.note))))
    return replace(figure, title=f"Δ {figure.title}", note=", ".join(differences.pairs), log=False, limits=None)


def _lines(figure: LineFigure, differences: Differing) -> tuple[Line, ...]:
    lines = {line.variant: line for line in figure.lines}
    return tuple(
        _line_difference(name, differences.style_index(name), lines[first], lines[second])
        for name, (first, second) in differences.pairs.items()
        if len(lines[first].values) == len(lines[second].values)
    )


def _line_difference(name: str, style_index: int, first: Line, second: Line) -> Line:
    """Return the mean of the differences seed by seed; without shared seeds, the difference of the values."""
    seeds = {seed: _minus(values, second.seeds[seed]) for seed, values in first.seeds.items() if seed in second.seeds}
    return line_over(name, style_index, seeds or {0: _minus(first.values, second.values)})


def _minus(first: Array, second: Array) -> Array:
    with np.errstate(invalid="ignore"):
        return first - second


def _images(matrix: Matrix, differences: Differing) -> tuple[Image, ...]:
    images = {image.variant: image for image in matrix.images}
    return tuple(
        Image(name, differences.style_index(name), _minus(images[first].values, images[second].values))
        for name, (first, second) in differences.pairs.items()
        if images[first].values.shape == images[second].values.shape
    )


def _without_references(chart: Figure) -> Chart:
    assert isinstance(chart, Chart)
    return replace(chart, series=tuple(replace(series, reference=NO_POINTS) for series in chart.series))


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
