"""Heatmaps: a quantity by step and by something else, such as the layer, as colour; one map a variant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bntui.run.history import History, Key, Values
from bntui.views.chart import Focus


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """The map of one variant: `rows`, each of values (n,) at rising `steps` (n,), non-finite where measured so.

    `edges` are the values at the outer edges of the first and the last row, where rows are intervals of an axis.
    `place` and `ended` are those of a `Series`.
    """

    variant: str
    place: int
    steps: npt.NDArray[np.int32]
    rows: tuple[Values, ...]
    edges: tuple[float, float] | None = None
    ended: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Heatmap:
    """Maps that share one colour scale.

    `labels` name the rows, first at the top, and `marked` is the row in focus; without labels rows are intervals,
    lowest at the bottom. `hollow` leaves cells of zero empty, where zero
    says that nothing is there. The other fields are those of a `Chart`, with `log` and `limits` of the colours.
    """

    title: str
    rasters: tuple[Raster, ...]
    steps: int
    labels: tuple[str, ...] = ()
    marked: int | None = None
    hollow: bool = False
    note: str = ""
    log: bool = False
    limits: tuple[float, float] | None = None
    empty: str = ""

    @property
    def measured(self) -> bool:
        """True once any map has a column."""
        return any(len(raster.steps) for raster in self.rasters)


def raster(
    history: History,
    focus: Focus,
    place: int,
    keys: Iterable[Key],
    edges: tuple[float, float] | None = None,
) -> Raster:
    """The map of the variant at a place, one row a key; the rows must come from the same measurements."""
    variant = history.info.variants[place]
    points = [history.points(key) for key in keys]
    # The writer may be between two columns of one measurement.
    shared = min((len(each.values) for each in points), default=0)
    steps = points[0].steps[:shared] if points else np.empty(0, np.int32)
    rows = tuple(each.values[:shared] for each in points)
    return Raster(variant, place, steps, rows, edges, focus.ended.get(variant))
