"""Loss and gradient at points along a random direction, to compare with those along the gradient."""

from __future__ import annotations

import torch
from torch import Tensor

from bntui.probes.evaluation import Parameters, total_norm
from bntui.probes.probe import Point
from bntui.probes.smoothness import SmoothnessProbe
from bntui.seeding import random_key


class SmoothnessRandomProbe(SmoothnessProbe):
    """As `smoothness`, at θ_t − ηd instead of θ_t − ηg: d is a random direction of the gradient's length.

    d is Gaussian. The run's seed, the step, and each parameter's layer, role and shape determine it, so that variants
    move equal parameters in the same direction; a GPU draws other values than a CPU. It is scaled to ‖d‖₂ = ‖g‖₂, so
    that β is ‖g − G(η)‖₂ / ‖ηg‖₂ again.
    Santurkar et al. 2018 (section 3.1) state that BatchNorm's landscape is smoother along random directions too.
    """

    name = "smoothness_random"

    def direction(self, point: Point) -> Parameters:
        """Return the direction that η multiplies, by parameter: d."""
        drawn = {name: self._draw(point.step, name, like) for name, like in point.gradient.items()}
        wanted, length = (total_norm(tensors.values()) for tensors in (point.gradient, drawn))
        return {name: values * (wanted / length) for name, values in drawn.items()}

    def _draw(self, step: int, name: str, like: Tensor) -> Tensor:
        # Drawn in float32 and then cast, so that a network in float64 gets the same direction.
        key = random_key(self.setting.seed, "direction", step, _role(name))
        generator = torch.Generator(like.device).manual_seed(key)
        return torch.randn(like.shape, device=like.device, generator=generator).to(like.dtype)


def _role(name: str) -> str:
    """Return 'layer.part.leaf' of a parameter's name: BatchNorm's has one more part where noise follows."""
    *modules, leaf = name.split(".")
    return ".".join((*modules[:2], leaf))
