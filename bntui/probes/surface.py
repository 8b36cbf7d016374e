"""The loss on a plane through a network's weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from bntui.probes.evaluation import Parameters, constants
from bntui.probes.loss_surface import LossProbe, OnSamples, grid, over_plane, place
from bntui.probes.probe import Every, Point, Setting, columns
from bntui.records import Column


class SurfaceProbe(LossProbe):
    """Li et al. 2018: the loss on the plane through the weights along two random, filter-normalized directions.

    `loss_at_X_Y`: L(θ + X·d₁ + Y·d₂) on samples of the training set, in training mode, so that BatchNorm normalizes by
    the statistics of these samples at these weights. d₁ and d₂ are drawn by the run's seed, the same in all variants.
    """

    class Options(OnSamples):
        """`points` along each axis, from −`radius` to `radius`.

        Seldom, because a measurement takes a forward pass for each of points² places.
        """

        every: Every = 1000
        points: Annotated[int, Field(ge=3, le=31)] = 9
        radius: Annotated[float, Field(gt=0, le=100)] = 1.0

    name = "surface"

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._places = grid(-options.radius, options.radius, options.points)

    @property
    def columns(self) -> tuple[Column, ...]:
        names = [f"loss_at_{place(x, y)}" for x in self._places for y in self._places]
        return tuple(columns(self.name, names))

    def places(self, point: Point) -> Iterator[Parameters]:
        return over_plane(constants(point.network), self.setting.seed, self._places)
