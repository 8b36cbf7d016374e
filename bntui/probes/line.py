"""The loss on the line from a network's weights to those of another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor

from bntui.probes.barrier import Barrier, barrier_of
from bntui.probes.evaluation import Parameters, constants
from bntui.probes.loss_surface import LossProbe, OnSamples, along_line, grid, place
from bntui.probes.probe import Every, Point, Setting, columns
from bntui.records import Column


class LineProbe(LossProbe):
    """Im, Tao & Branson 2016: the loss on the line to the weights of the run's next variant of equal kind and options.

    The two differ in their initial weights, or in the optimizer. `barrier`, `width`, `slope` and `peaks` are those of
    `barrier_of`. `loss_at_A`: L((1 − A)θ + Aθ′) on samples of the training set, in training mode, so that BatchNorm
    normalizes by the statistics of these samples at these weights. A variant without such a partner has no measurement;
    nor has one that normalizes by statistics of earlier steps, which no place in between has.
    """

    class Options(OnSamples):
        """`points` on the line, both ends included.

        Less often than other probes, because a measurement takes a forward pass for each of the points.
        """

        every: Every = 100
        points: Annotated[int, Field(ge=3, le=201)] = 21

    name = "line"
    partnered = True

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._places = grid(0, 1, options.points)

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, [*Barrier._fields, *(f"loss_at_{place(a)}" for a in self._places)]))

    def places(self, point: Point) -> Iterator[Parameters]:
        return along_line(constants(point.network), point.partner, self._places)

    def values(self, losses: Tensor) -> Tensor:
        return torch.cat([losses.new_tensor(barrier_of(self._places, losses.tolist())), losses])

    def measure(self, point: Point) -> Tensor:
        return super().measure(point) if point.partner else point.loss.new_empty(0)
