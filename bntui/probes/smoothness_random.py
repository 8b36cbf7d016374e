"""The loss and its gradient along a random direction, beside those along the gradient."""

from __future__ import annotations

import torch
from torch import Tensor

from bntui.probes.evaluation import Parameters, joined
from bntui.probes.probe import Point
from bntui.probes.smoothness import SmoothnessProbe
from bntui.seeding import random_key


class SmoothnessRandomProbe(SmoothnessProbe):
    """As `smoothness`, at θ_t − ηd instead of θ_t − ηg: d is a random direction of the gradient's length.

    d is Gaussian, drawn anew at each step from the run's seed, the step and each parameter's name and shape, so
    that variants move equal parameters in the same direction; then scaled to ‖d‖₂ = ‖g‖₂, so that β is
    ‖g − G(η)‖₂ / (η‖g‖₂) again. Santurkar et al. 2018 (section 3.1) say that BatchNorm's landscape is smoother along
    random directions too.
    """

    name = "smoothness_random"

    def direction(self, point: Point) -> Parameters:
        """What η multiplies, by parameter: d."""
        drawn = {name: self._draw(point.step, name, like) for name, like in point.gradient.items()}
        wanted, length = (torch.linalg.vector_norm(joined(each.values())) for each in (point.gradient, drawn))
        return {name: values * (wanted / length) for name, values in drawn.items()}

    def _draw(self, step: int, name: str, like: Tensor) -> Tensor:
        # In single precision and then cast, so that a run in double precision takes the same direction.
        generator = torch.Generator(like.device).manual_seed(random_key(self.setting.seed, "direction", step, name))
        return torch.randn(like.shape, device=like.device, generator=generator).to(like.dtype)
