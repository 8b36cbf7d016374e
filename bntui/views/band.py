"""Bands: what a quantity ranges over at each step, from its smallest value to its largest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bntui.run.history import History, Key
from bntui.views.chart import Array, Focus


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """The range of one variant: `low` and `high` (n,) at rising `steps` (n,), non-finite where measured so.

    `place` and `ended` are those of a `Series`.
    """

    variant: str
    place: int
    steps: npt.NDArray[np.int32]
    low: Array
    high: Array
    ended: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Ranges over the steps of a run; the other fields are those of a `Chart`."""

    title: str
    spans: tuple[Span, ...]
    steps: int
    note: str = ""
    log: bool = False
    limits: tuple[float, float] | None = None
    empty: str = ""

    @property
    def measured(self) -> bool:
        """True once any range is known."""
        return any(len(span.steps) for span in self.spans)


def spans(history: History, focus: Focus, probe: str, low: str, high: str, layer: str = "") -> tuple[Span, ...]:
    """Two columns of every variant, as the ends of its range."""
    return tuple(
        _span(history, focus, place, low=Key(variant, probe, low, layer), high=Key(variant, probe, high, layer))
        for place, variant in enumerate(history.info.variants)
    )


def _span(history: History, focus: Focus, place: int, low: Key, high: Key) -> Span:
    steps, lows = history.points(low)
    highs = history.points(high).values
    # Both are columns of one measurement, but the writer may be between the two.
    shared = min(len(lows), len(highs))
    return Span(
        low.variant,
        place,
        steps[:shared],
        lows[:shared].astype(np.float64),
        highs[:shared].astype(np.float64),
        focus.ended.get(low.variant),
    )
