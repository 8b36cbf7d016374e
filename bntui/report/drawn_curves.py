"""What is drawn of one figure with curves, as arrays for a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from bntui.views.axis_scale import Scale, fit
from bntui.views.figure import Figure
from bntui.views.smooth import Array
from bntui.views.ticks import Tick


class Curve(NamedTuple):
    """Points to join with lines: (n,) each; a NaN separates two lines."""

    x: Array
    y: Array


class Range(NamedTuple):
    """Two values at each place: (n,) each."""

    x: Array
    low: Array
    high: Array


NOWHERE = np.empty(0)
NO_CURVE = Curve(NOWHERE, NOWHERE)
NO_RANGE = Range(NOWHERE, NOWHERE, NOWHERE)


def _nowhere() -> Array:
    return NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCurve:
    """All that is drawn of one variant.

    `thin` are single seeds, or the values below a smoothed curve, and `dotted` is what the curve is compared with.
    `marks` carry the variant's mark, `crosses` show where seeds diverged, or where a line ends too early; `outside`
    (n,) are the places of values that are not finite, `diverged` and `absent` (n,) those of marks above the curves.
    `readings` are the values that a reader can point at: each with its half width, or the two ends of a range, NaN
    where there is none; `texts` are these values as text, where they are few.
    """

    variant: str
    style_index: int
    line: Curve
    thin: Curve = NO_CURVE
    dotted: Curve = NO_CURVE
    area: Range = NO_RANGE
    marks: Curve = NO_CURVE
    crosses: Curve = NO_CURVE
    outside: Array = field(default_factory=_nowhere)
    diverged: Array = field(default_factory=_nowhere)
    absent: Array = field(default_factory=_nowhere)
    readings: Range = NO_RANGE
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The curves of a figure, the ends of its x axis, and the two scales that show all of them.

    `logarithmic` is None where no value is above 0. Where the x axis has no steps, it has `names` at `places` (n,), and
    `key` is what they are values of; of so many that not all can be shown, only `ticks` are labelled. `readings` says
    what those of the curves are: 'interval' for values with half widths, 'range' for the ends of ranges, 'text' for
    texts.
    """

    curves: tuple[DrawnCurve, ...]
    left: float
    right: float
    linear: Scale
    logarithmic: Scale | None
    places: Array = field(default_factory=_nowhere)
    names: tuple[str, ...] = ()
    key: str = ""
    ticks: Sequence[Tick] = ()
    readings: str = "text"


def joined(curves: Iterable[Curve]) -> Curve:
    """Return several lines as one, with a NaN between them."""
    gap = np.array([np.nan])
    parts = [part for x, y in curves for part in (Curve(x, y), Curve(gap, gap))][:-1]
    return Curve(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True))) if parts else NO_CURVE


def scales(figure: Figure, values: Iterable[Array], robust: bool) -> tuple[Scale, Scale | None]:
    """Return the linear and the logarithmic scale that span a figure's values; None where none is above 0."""
    every = np.concatenate([*values, NOWHERE]).astype(np.float64)
    positive = bool((every[np.isfinite(every)] > 0).any())
    return fit(every, figure.limits, False, robust), fit(every, None, True, robust) if positive else None
