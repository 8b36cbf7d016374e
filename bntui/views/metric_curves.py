"""A metric against the values of a swept key: one curve for each variant, with its interval over the seeds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bntui.sweep.metrics import METRICS
from bntui.sweep.results import MeasuredPoint
from bntui.views.figure import Figure
from bntui.views.metric_spot import Spot, empty_text, held_text, mark_above, matching, spot, variants_of
from bntui.views.swept_key import SweptKey


@dataclass(frozen=True, slots=True, eq=False)
class MetricLine:
    """One variant: its spot at each value of the key, None where no point is finished."""

    variant: str
    style_index: int
    spots: tuple[Spot | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetricCurves(Figure):
    """Curves of a metric, a key of METRICS, over the values of a swept key."""

    metric: str
    key: SweptKey
    lines: tuple[MetricLine, ...]

    @property
    def measured(self) -> bool:
        """True once there is a value, or a mark in the place of one."""
        return any(spot and (spot.count or mark_above(spot, self.metric)) for spot in self.spots)

    @property
    def spots(self) -> tuple[Spot | None, ...]:
        """The spots of all variants."""
        return tuple(spot for line in self.lines for spot in line.spots)


def metric_curves(
    points: Sequence[MeasuredPoint],
    metric: str,
    key: SweptKey,
    held: Mapping[str, Any],
    hidden: Collection[str] = (),
) -> MetricCurves:
    """Return the metric against a key, at the values to which the other keys are `held`; a pure function."""
    chosen, shown = matching(points, held), METRICS[metric]
    at = [[point for point in chosen if key.index(point.setting) == index] for index in range(len(key.values))]
    lines = tuple(
        MetricLine(variant, index, tuple(spot(there, variant, metric) for there in at))
        for index, variant in enumerate(variants_of(points))
        if variant not in hidden
    )
    return MetricCurves(
        title=f"{shown.title} against {key.name}",
        note=", ".join(filter(None, (held_text(held), shown.note))),
        log=shown.log,
        limits=shown.limits,
        empty=empty_text([spot for line in lines for spot in line.spots], metric),
        metric=metric,
        key=key,
        lines=lines,
    )
