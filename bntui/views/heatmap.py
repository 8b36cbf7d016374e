"""Heatmaps: a quantity as color, by step and by layer or interval of values; one map for each variant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from bntui.run.series.history import Curves, Key, Points
from bntui.views.figure import Figure
from bntui.views.focus import Focus
from bntui.views.view import View


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """The map of one variant: `rows`, whose points have the same steps.

    Where the rows are intervals of an axis, `edges` are the outer edges of the first and of the last row, on a
    logarithmic axis their logarithms to base 10.
    `style_index`, `ended` and `lost` are as in `Series`. Of several seeds, the points are means.
    """

    variant: str
    style_index: int
    rows: tuple[Points, ...]
    edges: tuple[float, float] | None = None
    ended: int | None = None
    lost: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        """The number of measured steps."""
        return len(self.rows[0].steps) if self.rows else 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Heatmap(Figure):
    """Maps that share one color scale.

    `labels` name the rows, first at the top, and `marked` is the index of the focused row. Without labels rows are
    intervals of an axis, lowest at the bottom, which is logarithmic if `log_axis`. `axis` is the title of an axis of
    values, and `row_values` are those of its rows. `hollow` leaves cells of value 0 empty. `log` and `limits` are those
    of the colors, and `diverging` centers them on 0.
    """

    colored: ClassVar[bool] = True

    rasters: tuple[Raster, ...]
    steps: int
    labels: tuple[str, ...] = ()
    marked: int | None = None
    hollow: bool = False
    axis: str = ""
    row_values: tuple[float, ...] = ()
    log_axis: bool = False
    diverging: bool = False

    @property
    def measured(self) -> bool:
        """True once any map has a column."""
        return any(raster.count for raster in self.rasters)

    @property
    def seed_counts(self) -> tuple[int, ...]:
        """The number of seeds of each variant that is a mean over seeds."""
        spreads = [raster.rows[0].spread for raster in self.rasters if raster.count]
        return tuple(int(spread.counts.max()) for spread in spreads if spread)


def layer_map(view: View, history: Curves, focus: Focus) -> Heatmap:
    """Return the view's column in every layer, a row for each layer."""
    (name,), layers = view.names, view.layers(history)
    rasters = tuple(
        raster(history, focus, variant, [Key(variant, view.probe, name, layer) for layer in layers])
        for variant in history.info.variants
    )
    return Heatmap(rasters=rasters, steps=history.info.steps, labels=layers, marked=focus.index_in(layers))


def raster(
    history: Curves, focus: Focus, variant: str, keys: Iterable[Key], edges: tuple[float, float] | None = None
) -> Raster:
    """Return the map of a variant, one row for each key; the keys must be columns of one probe."""
    curves = [history.points(key) for key in keys]
    # The writer may be between two columns of one measurement.
    shared = min((len(points.steps) for points in curves), default=0)
    rows = tuple(points.head(shared) for points in curves)
    style_index, ended = history.style_index(variant), focus.ended.get(variant)
    return Raster(variant, style_index, rows, edges, ended, focus.lost.get(variant, ()))
