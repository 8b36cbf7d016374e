"""A metric by two swept keys at once: one map of cells for each variant."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bntui.sweep.metrics import METRICS
from bntui.sweep.results import MeasuredPoint
from bntui.views.figure import Figure
from bntui.views.metric_spot import Spot, empty_text, held_text, mark_above, matching, spot, variants_of
from bntui.views.swept_key import SweptKey


@dataclass(frozen=True, slots=True, eq=False)
class MetricMap:
    """The map of one variant: a row of spots for each value of the one key, a column for each of the other."""

    variant: str
    style_index: int
    rows: tuple[tuple[Spot | None, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetricGrid(Figure):
    """Maps that share one color scale; `down` is the key of the rows, the first value at the bottom if it is a number.

    `metric` is a key of METRICS.
    """

    colored: ClassVar[bool] = True

    metric: str
    across: SweptKey
    down: SweptKey
    maps: tuple[MetricMap, ...]

    @property
    def measured(self) -> bool:
        """True once there is a value, or a mark in the place of one."""
        return any(spot and (spot.count or mark_above(spot, self.metric)) for spot in self.spots)

    @property
    def spots(self) -> tuple[Spot | None, ...]:
        """The spots of all variants."""
        return tuple(spot for each in self.maps for row in each.rows for spot in row)


def metric_grid(
    points: Sequence[MeasuredPoint],
    metric: str,
    across: SweptKey,
    down: SweptKey,
    held: Mapping[str, Any],
    hidden: Collection[str] = (),
) -> MetricGrid:
    """Return the metric by two keys, at the values to which the other keys are `held`; a pure function."""
    cells: dict[tuple[int | None, int | None], list[MeasuredPoint]] = {}
    for point in matching(points, held):
        cells.setdefault((down.index(point.setting), across.index(point.setting)), []).append(point)
    shown = METRICS[metric]
    order = range(len(down.values) - 1, -1, -1) if down.numeric else range(len(down.values))
    maps = tuple(
        MetricMap(
            variant,
            index,
            tuple(
                tuple(spot(cells.get((row, column), []), variant, metric) for column in range(len(across.values)))
                for row in order
            ),
        )
        for index, variant in enumerate(variants_of(points))
        if variant not in hidden
    )
    return MetricGrid(
        title=f"{shown.title} by {across.name} and {down.name}",
        note=", ".join(filter(None, (held_text(held), shown.note))),
        log=shown.log,
        limits=shown.limits,
        empty=empty_text([spot for each in maps for row in each.rows for spot in row], metric),
        metric=metric,
        across=across,
        down=down,
        maps=maps,
    )
