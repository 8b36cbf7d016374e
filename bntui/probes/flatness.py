"""Flatness: how much the loss rises at a distance that is relative to the lengths of the weights."""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor

from bntui.probes.curvature import Hessian, largest_eigenpairs
from bntui.probes.evaluation import constants, forward, joined
from bntui.probes.evaluation_batch import EvaluationBatch, OnEvaluationBatch
from bntui.probes.filter_normalization import direction, filter_norms, moved
from bntui.probes.probe import Every, Point, Probe, Setting, columns
from bntui.records import Column
from bntui.spec_values import AnyTuple, Rate


class FlatnessProbe(Probe):
    """How the loss L changes about the network's weights, on an evaluation batch, by distances relative to ‖w‖.

    The evaluation batch is drawn once from the training set by the run's seed. Its own statistics normalize, at each
    point anew: BatchNorm makes the loss independent of the length of weights, so that plain distances mean nothing.

    `loss`: L(θ). `rise_at_R`: L(θ + R·d) − L(θ), averaged over random directions d that are normalized by filters
    (Li et al. 2018): each filter, the weights w of an output channel or unit, moves by R‖w‖; biases and the parameters
    of normalization stay. The directions are the same at all steps and in all variants.

    `scale_free_sharpness`: the largest eigenvalue of DHD, H the Hessian of L, D multiplying the weights of each filter
    by its ‖w‖ and all else by 0: λ_max·‖w‖² with a length for each filter, the curvature by relative distances. It
    stays where any filter before BatchNorm is lengthened, as H(cw) = H(w)/c². `residual` is that of this eigenvalue.

    A loss that is a sum over the batch is divided by the number of samples.
    """

    class Options(OnEvaluationBatch):
        """`radii`: R; `directions`: how many; `products`: with H, which the Lanczos method takes."""

        every: Every = 500
        radii: Annotated[tuple[Rate, ...], AnyTuple, Field(min_length=1)] = (0.25, 0.5, 1.0)
        directions: Annotated[int, Field(ge=1, le=1000)] = 10
        products: Annotated[int, Field(ge=3, le=1000)] = 20

    name = "flatness"
    at_end = True

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self.options = options
        self._batch = EvaluationBatch.drawn(setting, options.samples)

    @property
    def columns(self) -> tuple[Column, ...]:
        rises = [f"rise_at_{radius:g}" for radius in self.options.radii]
        return tuple(columns(self.name, ["loss", *rises, "scale_free_sharpness", "residual"]))

    def measure(self, point: Point) -> Tensor:
        with torch.no_grad():
            loss = self._loss(point, {})
            rises = torch.stack([self._losses(point, index) for index in range(self.options.directions)]) - loss
        return torch.cat([loss.reshape(1), rises.mean(0), self._scale_free_sharpness(point)])

    def _losses(self, point: Point, index: int) -> Tensor:
        """Return the loss at each radius along one direction."""
        start = constants(point.network)
        along = direction(start, self.setting.seed, f"flatness {index}")
        return torch.stack([self._loss(point, moved(start, along, radius)) for radius in self.options.radii])

    def _scale_free_sharpness(self, point: Point) -> Tensor:
        """Return the eigenvalue and its residual."""
        parameters = list(point.network.parameters())
        hessian = Hessian(self._loss(point, {}), parameters)
        scale = joined(filter_norms(parameter.detach()).expand_as(parameter) for parameter in parameters)
        found = largest_eigenpairs(
            lambda v: scale * hessian.times(scale * v), scale, 1, self.options.products, self.setting.seed
        )
        return torch.stack([found.values[0], found.residual])

    def _loss(self, point: Point, parameters: dict[str, Tensor]) -> Tensor:
        loss = point.criterion(forward(point.network, parameters, self._batch.images), self._batch.labels)
        return loss / len(self._batch.labels) if self.setting.summed else loss
