"""Heatmaps: a quantity by step and by something else, such as the layer, as colour; one map a variant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bntui.run.series.history import Curves, Key, Points
from bntui.views.chart import Focus
from bntui.views.figure import Figure


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """The map of one variant: `rows`, whose points have the same steps.

    `edges` are the values at the outer edges of the first and the last row, where rows are intervals of an axis.
    `place` and `ended` are those of a `Series`.
    """

    variant: str
    style_index: int
    rows: tuple[Points, ...]
    edges: tuple[float, float] | None = None
    ended: int | None = None

    @property
    def count(self) -> int:
        """How many steps have been measured."""
        return len(self.rows[0].steps) if self.rows else 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Heatmap(Figure):
    """Maps that share one colour scale.

    `labels` name the rows, first at the top, and `marked` is the row in focus; without labels rows are intervals,
    lowest at the bottom. `hollow` leaves cells of zero empty, where zero
    says that nothing is there. `log` and `limits` are those of the colours.
    """

    rasters: tuple[Raster, ...]
    steps: int
    labels: tuple[str, ...] = ()
    marked: int | None = None
    hollow: bool = False

    @property
    def measured(self) -> bool:
        """True once any map has a column."""
        return any(raster.count for raster in self.rasters)


def raster(
    history: Curves,
    focus: Focus,
    variant: str,
    keys: Iterable[Key],
    edges: tuple[float, float] | None = None,
) -> Raster:
    """The map of a variant, one row a key; the rows must come from the same measurements."""
    points = [history.points(key) for key in keys]
    # The writer may be between two columns of one measurement.
    shared = min((len(each.steps) for each in points), default=0)
    rows = tuple(each.head(shared) for each in points)
    return Raster(variant, history.style_index(variant), rows, edges, focus.ended.get(variant))
