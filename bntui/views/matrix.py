"""Matrices: a quantity over two axes of values at one step, as an image for each variant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bntui.run.series.history import Curves, Key
from bntui.views.figure import Figure
from bntui.views.focus import Focus
from bntui.views.lines import when
from bntui.views.smooth import Array
from bntui.views.value_axis import ValueAxis, columns_over_two
from bntui.views.view import View


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """The `values` (rows, columns) of one variant, the lowest row first; (0, 0) before the first measurement.

    Values that are not finite are measured. Of several seeds they are means.
    """

    variant: str
    style_index: int
    values: Array
    ended: int | None = None
    lost: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matrix(Figure):
    """Images that share one color scale, which `diverging` centers on 0; `contours` asks for lines of equal value.

    `across` is the axis of the columns, from left to right, and `up` that of the rows, from the bottom to the top.
    """

    colored: ClassVar[bool] = True

    images: tuple[Image, ...]
    across: ValueAxis
    up: ValueAxis
    diverging: bool = False
    contours: bool = False
    seeds: tuple[int, ...] = ()

    @property
    def measured(self) -> bool:
        """True once any variant has been measured."""
        return any(image.values.size for image in self.images)

    @property
    def seed_counts(self) -> tuple[int, ...]:
        """The number of seeds of each variant that is a mean over seeds."""
        return self.seeds


def matrix(view: View, history: Curves, focus: Focus) -> Matrix:
    """Return the view's columns `NAME_at_X_Y` at the cursor or at the newest step."""
    across, up, names = columns_over_two(history.info, view.probe, view.names[0], (view.axis, view.axis_up))
    layer = focus.layer if view.per_layer else ""
    grid = [[names.get((x, y), "") for x in across.values] for y in up.values]
    images, seeds = [], []
    for variant in history.info.variants:
        curves = [[history.points(Key(variant, view.probe, name, layer)) for name in row] for row in grid]
        spread = curves[0][0].spread if curves else None
        seeds += [int(spread.counts.max())] if spread and len(spread.counts) else []
        rows = [[focus.value_of(points) for points in row] for row in curves]
        known = any(value is not None for row in rows for value in row)
        values = np.array(rows if known else np.empty((0, 0)), np.float64)
        ended, lost = focus.ended.get(variant), focus.lost.get(variant, ())
        images.append(Image(variant, history.style_index(variant), values, ended, lost))
    return Matrix(
        note=when(focus),
        images=tuple(images),
        across=across,
        up=up,
        diverging=view.diverging,
        contours=view.contours,
        seeds=tuple(seeds),
    )
