"""The loss on the line from a network's weights to those of another one."""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor

from bntui.probes.barrier import Barrier, barrier_of
from bntui.probes.evaluation import constants
from bntui.probes.loss_surface import MOST_SAMPLES, Samples, along_line, drawn, grid, losses, place
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column


class LineProbe(Probe):
    """Im, Tao & Branson 2016: the loss on the line to the weights of the run's next variant of equal kind and options.

    The two differ in their initial weights, or in the optimizer. `barrier`, `width`, `slope` and `peaks` are those of
    `barrier_of`. `loss_at_A`: L((1 − A)θ + Aθ′) on samples of the training set, in training mode, so that BatchNorm
    normalizes by the statistics of these samples at these weights. A variant without such a partner has no measurement.
    """

    class Options(ProbeOptions):
        """`points` on the line, both ends included; the number of `samples`.

        Less often than other probes, because a measurement takes a forward pass for each of the points.
        """

        every: Every = 100
        points: Annotated[int, Field(ge=3, le=201)] = 21
        samples: Samples = MOST_SAMPLES

    name = "line"
    at_end = True
    partnered = True

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._places = grid(0, 1, options.points)
        self._images, self._labels = drawn(setting.train_images, setting.train_labels, setting.seed, options.samples)

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, [*Barrier._fields, *(f"loss_at_{place(a)}" for a in self._places)]))

    def measure(self, point: Point) -> Tensor:
        if not point.partner:
            return point.loss.new_empty(0)
        line = along_line(constants(point.network), point.partner, self._places)
        images = self.setting.scaled(self._images)
        found = torch.stack([*losses(point.network, point.criterion, images, self._labels, line)])
        return torch.cat([found.new_tensor(barrier_of(self._places, found.tolist())), found])
