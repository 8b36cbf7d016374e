"""Normalization by the ℓ1, ℓ2 or ℓ∞ norm of the activations instead of their standard deviation."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor, nn

from bntui.spec import NoiseSpec
from bntui.variants.variant import Epsilon, Momentum, NormSite, Variant


class LpNorm(nn.Module):
    """(x − mean) / (ℓ + ε), then weight and bias per channel (Santurkar et al. 2018, section 3.3).

    Per channel, over batch and any height and width: ℓ is the average ℓp norm of x *before* the mean is subtracted,
    (mean|x|^p)^(1/p), or max|x| for p = ∞. So the mean of the output is fixed but its variance is not. In evaluation
    mode, running values of mean and ℓ, updated as in BatchNorm, take the place of the batch's.
    """

    running_mean: Tensor
    running_norm: Tensor

    def __init__(self, channels: int, p: float, *, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.p, self.eps, self.momentum = p, eps, momentum
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_norm", torch.ones(channels))

    def forward(self, activations: Tensor) -> Tensor:
        """Return the normalized activations, (batch, channels, …) as given."""
        mean, norm = self._batch_statistics(activations) if self.training else (self.running_mean, self.running_norm)
        shape = (1, -1, *(1,) * (activations.dim() - 2))
        scale = self.weight / (norm + self.eps)
        return (activations - mean.reshape(shape)) * scale.reshape(shape) + self.bias.reshape(shape)

    def extra_repr(self) -> str:
        """Return the arguments that PyTorch prints."""
        return f"{len(self.weight)}, p={self.p}"

    def _batch_statistics(self, activations: Tensor) -> tuple[Tensor, Tensor]:
        """Return the batch's mean and norm, each (channels,), and update the running values."""
        values = activations.transpose(0, 1).flatten(1)
        mean = values.mean(1)
        # vector_norm has a gradient, zero, where a channel is dead; a power of the mean would give NaN.
        norm = torch.linalg.vector_norm(values, self.p, 1) / values.shape[1] ** (1 / self.p)
        with torch.no_grad():
            # In bfloat16, the batch's statistics have less precision than the running ones.
            self.running_mean.lerp_(mean.detach().to(self.running_mean.dtype), self.momentum)
            self.running_norm.lerp_(norm.detach().to(self.running_norm.dtype), self.momentum)
        return mean, norm


class L1(Variant):
    """Division by the average absolute value (Santurkar et al. 2018, section 3.3)."""

    p: ClassVar[float] = 1
    eps: Epsilon = 1e-5
    momentum: Momentum = 0.1

    def layer(self, site: NormSite, noise: NoiseSpec) -> nn.Module:
        """Return the layer that divides by the ℓp norm."""
        return LpNorm(site.channels, self.p, eps=self.eps, momentum=self.momentum)


class L2(L1):
    """Division by the root of the mean square before the mean is subtracted (Santurkar et al. 2018, section 3.3)."""

    p: ClassVar[float] = 2


class LInf(L1):
    """Division by the largest absolute value (Santurkar et al. 2018, section 3.3)."""

    p: ClassVar[float] = math.inf
