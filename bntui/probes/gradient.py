"""The norm of the training gradient."""

from __future__ import annotations

from torch import Tensor

from bntui.probes.evaluation import total_norm
from bntui.probes.probe import Point, Probe, columns
from bntui.records import Column


class GradientProbe(Probe):
    """`norm`: ‖∇L(θ_t; b_t)‖₂ over all parameters."""

    name = "gradient"
    of_layers = False

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["norm"]))

    def measure(self, point: Point) -> Tensor:
        return total_norm(point.gradient.values()).reshape(1)
