"""Curves over layers, over an axis of values and over values of a swept key as drawn on a page."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from bntui.number_format import plus_minus, significant
from bntui.report.drawn_curves import NO_CURVE, NO_RANGE, NOWHERE, Curve, Drawing, DrawnCurve, Range, joined, scales
from bntui.views.draw_options import DrawOptions, Seeds
from bntui.views.lines import Line
from bntui.views.metric_curves import MetricCurves, MetricLine
from bntui.views.metric_readout import spot_text
from bntui.views.metric_spot import mark_above
from bntui.views.profile import Profile
from bntui.views.scan import Scan, last_finite
from bntui.views.seeds_note import shown_seeds
from bntui.views.smooth import Array
from bntui.views.ticks import Tick
from bntui.views.variant_mark import ABSENT, DIVERGED

_OFFSET = 0.03
"""Distance of neighboring variants at the same place, in the distance of two places: equal values stay visible."""
_MARGIN = 0.02
"""Room on either side of an axis of values, in its length."""
_MARKS, _MOST_TICKS = 8, 8
"""Marks on a curve over such an axis, and labels of it."""
_MARK_DISTANCE = 0.015
"""Distance of the marks above the curves of neighboring variants, in the width of the axis."""


def draw_profile(profile: Profile, options: DrawOptions) -> Drawing:
    """Return the curves of a profile; the places of the layers are 0, 1, 2, …"""
    seeds, count = shown_seeds(profile, options), len(profile.lines)
    layers = np.arange(len(profile.layers), dtype=np.float64)
    few = slice(None, None, profile.spacing)
    curves = tuple(
        _marked(_of_line(line, layers[: len(line.values)] + _offset(number, count), seeds), few)
        for number, line in enumerate(profile.lines)
    )
    spanned = [values for curve in curves for values in (curve.line.y, curve.thin.y, *curve.area[1:])]
    linear, logarithmic = scales(profile, spanned, options.robust)
    return Drawing(
        curves=curves,
        left=-0.5,
        right=len(profile.layers) - 0.5,
        linear=linear,
        logarithmic=logarithmic,
        places=layers,
        names=profile.layers,
        key="layer",
        ticks=[Tick(float(place), name) for place, name in zip(layers[few], profile.layers[few], strict=True)],
    )


def draw_scan(scan: Scan, options: DrawOptions) -> Drawing:
    """Return the curves of a scan; the places are the values of its axis, or their logarithms."""
    seeds, places = shown_seeds(scan, options), scan.axis.places
    laws = {law.variant: Curve(scan.law_axis.places[: len(law.values)], law.values) for law in scan.laws}
    curves = tuple(_of_scan(line, places, laws.get(line.variant, NO_CURVE), seeds) for line in scan.lines)
    spanned = [values for curve in curves for values in (curve.line.y, curve.thin.y, curve.dotted.y, *curve.area[1:])]
    linear, logarithmic = scales(scan, spanned, options.robust)
    first, last = (float(places[0]), float(places[-1])) if len(places) else (0.0, 1.0)
    margin = (last - first or 1.0) * _MARGIN
    return Drawing(
        curves=curves,
        left=first - margin,
        right=last + margin,
        linear=linear,
        logarithmic=logarithmic,
        places=places,
        names=tuple(f"{scan.axis.title} {label}" for label in scan.axis.labels),
        key=scan.axis.title or "value",
        ticks=scan.axis.ticks(_MOST_TICKS),
    )


def _of_scan(line: Line, places: Array, law: Curve, seeds: Seeds) -> DrawnCurve:
    drawn = _of_line(line, places[: len(line.values)], seeds)
    ends = last_finite(line.values)
    few = slice(None, None, max(len(line.values) // _MARKS, 1))
    crosses = Curve(drawn.line.x[ends], drawn.line.y[ends])
    return replace(_marked(drawn, few), dotted=law, crosses=crosses)


def _marked(drawn: DrawnCurve, few: slice) -> DrawnCurve:
    """Return a curve with marks at a few of its points."""
    return replace(drawn, marks=Curve(drawn.line.x[few], drawn.line.y[few]))


def _offset(number: int, count: int) -> float:
    return (number - (count - 1) / 2) * min(_OFFSET, 0.5 / max(count, 1))


def _of_line(line: Line, places: Array, seeds: Seeds) -> DrawnCurve:
    half_widths = np.full(len(places), np.nan) if line.half_widths is None else line.half_widths
    area = Range(places, line.values - half_widths, line.values + half_widths)
    singles = [Curve(places, values) for values in line.seeds.values()] if seeds is Seeds.EACH else []
    return DrawnCurve(
        variant=line.variant,
        style_index=line.style_index,
        line=Curve(places, line.values),
        thin=joined(singles),
        area=area if seeds is Seeds.BAND and line.half_widths is not None else NO_RANGE,
        marks=Curve(places, line.values),
        outside=places[~np.isfinite(line.values)],
        texts=tuple(
            f"{significant(float(value))} {plus_minus(float(width))}".rstrip()
            for value, width in zip(line.values, half_widths, strict=True)
        ),
    )


def draw_metric_curves(curves: MetricCurves, options: DrawOptions) -> Drawing:
    """Return the curves of a metric over the places of a swept key."""
    key = curves.key
    margin = (float(np.ptp(key.places)) or 1.0) / max(2 * len(key.places), 12) if len(key.places) else 1.0
    width = float(np.ptp(key.places)) + 2 * margin if len(key.places) else 1.0
    first = -(len(curves.lines) - 1) / 2
    drawn = tuple(
        _of_metric(line, curves, key.places, (first + number) * _MARK_DISTANCE * width)
        for number, line in enumerate(curves.lines)
    )
    # Intervals of two seeds are so wide that the means could not be told apart.
    several = [any(spot and spot.count > 2 for spot in line.spots) for line in curves.lines]
    spanned = [
        values
        for curve, wide in zip(drawn, several, strict=True)
        for values in (curve.line.y, *(curve.area[1:] if wide else ()))
    ]
    linear, logarithmic = scales(curves, spanned, options.robust)
    return Drawing(
        curves=drawn,
        left=float(key.places[0]) - margin if len(key.places) else -margin,
        right=float(key.places[-1]) + margin if len(key.places) else margin,
        linear=linear,
        logarithmic=logarithmic,
        places=key.places,
        names=key.labels,
        key=key.key,
    )


def _of_metric(line: MetricLine, curves: MetricCurves, places: Array, offset: float) -> DrawnCurve:
    values = [(math.nan, math.nan) if spot is None else (spot.mean, spot.half_width) for spot in line.spots]
    means, half_widths = np.array(values).reshape(-1, 2).T
    low, high = means - half_widths, means + half_widths
    if curves.limits:
        low, high = np.clip(low, *curves.limits), np.clip(high, *curves.limits)
    above = np.array([mark_above(spot, curves.metric) for spot in line.spots])
    return DrawnCurve(
        variant=line.variant,
        style_index=line.style_index,
        line=Curve(places, means),
        area=Range(places, low, high) if np.isfinite(half_widths).any() else NO_RANGE,
        marks=Curve(places, means),
        diverged=places[above == DIVERGED] + offset if len(above) else NOWHERE,
        absent=places[above == ABSENT] + offset if len(above) else NOWHERE,
        texts=tuple(spot_text(spot, curves.metric) for spot in line.spots),
    )
