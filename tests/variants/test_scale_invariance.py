"""BatchNorm makes a layer's output independent of the scale of its weights (Ioffe & Szegedy 2015, section 3.3)."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from bntui.spec import NoiseSpec
from bntui.variants import VARIANTS
from bntui.variants.variant import NormSite

SCALE = 7.0
EPS = 1e-5
TINY = 1e-300


def outputs_and_gradients(scale: float, eps: float) -> tuple[Tensor, Tensor, Tensor]:
    """Return z = BN(aWu), ∂L/∂u and ∂L/∂(aW) of a random function L of z."""
    generator = torch.Generator().manual_seed(0)
    u, w, of_z = (torch.randn(shape, generator=generator, dtype=torch.float64) for shape in ((30, 6), (4, 6), (30, 4)))
    norm = VARIANTS["bn"]().layer(NormSite(4, 1, 0), NoiseSpec()).double()
    for module in norm.modules():
        if isinstance(module, nn.BatchNorm1d):
            module.eps = eps
    u.requires_grad_()
    scaled = (scale * w).requires_grad_()
    z = norm(u @ scaled.T)
    of_u, of_w = torch.autograd.grad((of_z * z.sin()).sum(), (u, scaled))
    return z.detach(), of_u, of_w


@pytest.mark.parametrize(
    ("eps", "eps_scaled", "relative"), [(TINY, TINY, 1e-13), (EPS, EPS * SCALE**2, 1e-13), (EPS, EPS, 1e-4)]
)
def test_outputs_and_the_inputs_gradient_stay_and_the_weights_gradient_is_divided(
    eps: float, eps_scaled: float, relative: float
) -> None:
    z, of_u, of_w = outputs_and_gradients(1.0, eps)
    scaled_z, scaled_of_u, scaled_of_w = outputs_and_gradients(SCALE, eps_scaled)
    for wanted, found in ((z, scaled_z), (of_u, scaled_of_u), (of_w / SCALE, scaled_of_w)):
        difference = float((found - wanted).norm() / wanted.norm())
        assert difference < relative
        assert relative < 1e-10 or difference > 1e-7, "ε breaks the invariance a little"
