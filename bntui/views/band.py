"""Bands: what a quantity ranges over at each step, from its smallest value to its largest."""

from __future__ import annotations

from dataclasses import dataclass

from bntui.run.series.history import Curves, Key, Points
from bntui.views.chart import Focus
from bntui.views.figure import Figure


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """The range of one variant: the points of its lower and of its upper end, which have the same steps.

    `place` and `ended` are those of a `Series`.
    """

    variant: str
    style_index: int
    low: Points
    high: Points
    ended: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Band(Figure):
    """Ranges over the `steps` of a run; `measured_ends` says that their ends are columns, not computed from some."""

    spans: tuple[Span, ...]
    steps: int
    measured_ends: bool = True

    @property
    def measured(self) -> bool:
        """True once any range is known."""
        return any(len(span.low.steps) for span in self.spans)


def spans(history: Curves, focus: Focus, probe: str, low: str, high: str, layer: str = "") -> tuple[Span, ...]:
    """Two columns of every variant, as the ends of its range."""
    return tuple(
        _span(history, focus, low=Key(variant, probe, low, layer), high=Key(variant, probe, high, layer))
        for variant in history.info.variants
    )


def _span(history: Curves, focus: Focus, low: Key, high: Key) -> Span:
    lows, highs = history.points(low), history.points(high)
    # Both are columns of one measurement, but the writer may be between the two.
    shared = min(len(lows.steps), len(highs.steps))
    variant = low.variant
    return Span(variant, history.style_index(variant), lows.head(shared), highs.head(shared), focus.ended.get(variant))
