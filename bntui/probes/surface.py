"""The loss on a plane through a network's weights."""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor

from bntui.probes.evaluation import constants
from bntui.probes.loss_surface import MOST_SAMPLES, Samples, drawn, grid, losses, over_plane, place
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column


class SurfaceProbe(Probe):
    """Li et al. 2018: the loss on the plane through the weights along two random, filter-normalized directions.

    `loss_at_X_Y`: L(θ + X·d₁ + Y·d₂) on samples of the training set, in training mode, so that BatchNorm normalizes by
    the statistics of these samples at these weights. d₁ and d₂ are drawn by the run's seed, the same in all variants.
    """

    class Options(ProbeOptions):
        """`points` along each axis, from −`radius` to `radius`; the number of `samples`.

        Seldom, because a measurement takes a forward pass for each of points² places.
        """

        every: Every = 1000
        points: Annotated[int, Field(ge=3, le=31)] = 11
        radius: Annotated[float, Field(gt=0, le=100)] = 1.0
        samples: Samples = MOST_SAMPLES

    name = "surface"
    at_end = True

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._places = grid(-options.radius, options.radius, options.points)
        self._images, self._labels = drawn(setting.train_images, setting.train_labels, setting.seed, options.samples)

    @property
    def columns(self) -> tuple[Column, ...]:
        names = [f"loss_at_{place(x, y)}" for x in self._places for y in self._places]
        return tuple(columns(self.name, names))

    def measure(self, point: Point) -> Tensor:
        plane = over_plane(constants(point.network), self.setting.seed, self._places)
        images = self.setting.scaled(self._images)
        return torch.stack([*losses(point.network, point.criterion, images, self._labels, plane)])
