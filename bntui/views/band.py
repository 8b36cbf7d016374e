"""Bands: the range of a quantity at each step, from its smallest value to its largest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bntui.run.series.history import Curves, Key, Points
from bntui.views.figure import Figure
from bntui.views.focus import Focus
from bntui.views.view import View


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """The range of one variant: the points of its lower and of its upper end, at the same steps.

    `style_index`, `ended` and `lost` are as in `Series`. Of several seeds, `low` and `high` are means, and `seeds` the
    range of each one.
    """

    variant: str
    style_index: int
    low: Points
    high: Points
    ended: int | None = None
    seeds: Mapping[int, tuple[Points, Points]] = field(default_factory=dict)
    lost: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Band(Figure):
    """Ranges over the `steps` of a run; `measured_ends` is true where their ends are columns, not computed ones."""

    spans: tuple[Span, ...]
    steps: int
    measured_ends: bool = True

    @property
    def measured(self) -> bool:
        """True once any range is known."""
        return any(len(span.low.steps) for span in self.spans)

    @property
    def seed_counts(self) -> tuple[int, ...]:
        """The number of seeds of each variant that is a mean over seeds."""
        return tuple(len(each.seeds) for each in self.spans if each.seeds)


def band(view: View, history: Curves, focus: Focus) -> Band:
    """Return the range between the view's two columns, the lower end first, for each variant."""
    spans = tuple(_span(view, history, focus, variant) for variant in history.info.variants)
    return Band(spans=spans, steps=history.info.steps)


def _span(view: View, history: Curves, focus: Focus, variant: str) -> Span:
    layer = focus.layer if view.per_layer else ""
    keys = [Key(variant, view.probe, name, layer) for name in view.names]
    low, high = _range(*map(history.points, keys))
    lows, highs = (history.seeds(key) if low.spread else {} for key in keys)
    seeds = {seed: _range(lows[seed], highs[seed]) for seed in lows}
    style_index, ended = history.style_index(variant), focus.ended.get(variant)
    return Span(variant, style_index, low, high, ended, seeds, focus.lost.get(variant, ()))


def _range(low: Points, high: Points) -> tuple[Points, Points]:
    # Both are columns of one measurement, but the writer may be between the two.
    shared = min(len(low.steps), len(high.steps))
    return low.head(shared), high.head(shared)
