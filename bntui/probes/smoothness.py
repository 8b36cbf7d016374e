"""Loss and gradient at points along the gradient: landscape, gradient predictiveness, effective β-smoothness."""

from __future__ import annotations

from typing import Annotated, NamedTuple, Self

import torch
from pydantic import Field
from torch import Tensor

from bntui.probes.evaluation import Parameters, constants, joined, loss_and_gradient, nonzero, norm, total_norm
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column
from bntui.spec_values import AnyTuple, Rate


class SmoothnessProbe(Probe):
    """Santurkar et al. 2018, figure 4, from one set of passes at θ_t − ηg, η = each of `etas` times the current lr.

    With g = ∇L(θ_t; b_t) and G(η) = ∇L(θ_t − ηg; b_t), over the etas: `loss_min`, `loss_max` of
    L(θ_t − ηg; b_t); `grad_diff_min`, `grad_diff_max` of ‖g − G(η)‖₂; `cos_min`, `cos_max` of the cosine
    between g and G(η); `beta`, the largest ‖g − G(η)‖₂ / ‖ηg‖₂. The batch and the noise are those of the step; batch
    statistics are recomputed at every point. ‖ηg‖₂ is the distance that the parameters went, which in float32 is not
    quite the one asked for where it is short. The direction is the gradient, whatever step the optimizer makes of it.
    Where g is zero, or no parameter moves, β is NaN; so is the cosine.
    """

    class Options(ProbeOptions):
        """`etas`: step lengths along the gradient, as multiples of the variant's learning rate at the step."""

        every: Every = 25
        etas: Annotated[tuple[Rate, ...], AnyTuple, Field(min_length=1)] = (0.5, 1.0, 2.0, 4.0)

    name = "smoothness"
    of_layers = False
    of_gradient = True
    compares = True

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self.etas = options.etas

    @property
    def columns(self) -> tuple[Column, ...]:
        names = ["loss_min", "loss_max", "grad_diff_min", "grad_diff_max", "cos_min", "cos_max", "beta"]
        return tuple(columns(self.name, names))

    def measure(self, point: Point) -> Tensor:
        line = Line.through(point, self.direction(point))
        loss, diff, cosine, beta = torch.stack([line.at(eta * point.lr) for eta in self.etas], dim=1)
        ranges = [extreme for values in (loss, diff, cosine) for extreme in (values.min(), values.max())]
        return torch.stack([*ranges, beta.max()])

    def direction(self, point: Point) -> Parameters:
        """Return the direction that η multiplies, by parameter: the gradient."""
        return point.gradient


class Line(NamedTuple):
    """The points θ_t − η·direction, and the gradient g at θ_t, joined, with its norm (NaN for 0)."""

    point: Point
    names: list[str]
    start: list[Tensor]
    direction: list[Tensor]
    g: Tensor
    size: Tensor

    @classmethod
    def through(cls, point: Point, direction: Parameters) -> Self:
        """Return the line through θ_t."""
        start = constants(point.network)
        g = joined(point.gradient.values())
        along = [direction[name] for name in start]
        return cls(point, list(start), list(start.values()), along, g, nonzero(norm(g)))

    def at(self, eta: float) -> Tensor:
        """Return (loss, ‖g − G‖, cosine, β) at one point."""
        moved = torch._foreach_sub(self.start, torch._foreach_mul(self.direction, eta))
        distance = total_norm(torch._foreach_sub(moved, self.start))
        parameters = {name: values.requires_grad_() for name, values in zip(self.names, moved, strict=True)}
        point = self.point
        loss, gradient = loss_and_gradient(point.network, parameters, point.criterion, point.images, point.labels)
        moved_g = joined(gradient)
        diff = norm(self.g - moved_g)
        cosine = torch.dot(self.g, moved_g) / (self.size * norm(moved_g))
        return torch.stack([loss, diff, cosine, diff / nonzero(distance)])
