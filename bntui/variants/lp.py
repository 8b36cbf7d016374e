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
    mode, running values of mean and ℓ, updated as in BatchNorm, take the place of the batch's. Statistics are float32
    or more precise, whatever the activations are.
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
        # One multiplication and addition, which keep no copy of the activations for the backward pass.
        return torch.addcmul((self.bias - mean * scale).reshape(shape), activations, scale.reshape(shape))

    def extra_repr(self) -> str:
        """Return the arguments that PyTorch prints."""
        return f"{len(self.weight)}, p={self.p}"

    def _batch_statistics(self, activations: Tensor) -> tuple[Tensor, Tensor]:
        """Return the batch's mean and norm, each (channels,), and update the running values."""
        rows = activations.flatten(2) if activations.dim() > 2 else activations.unsqueeze(2)
        mean = rows.mean((0, 2), dtype=self.running_mean.dtype)
        norm = self._average_norm(rows)
        with torch.no_grad():
            self.running_mean.lerp_(mean.detach(), self.momentum)
            self.running_norm.lerp_(norm.detach(), self.momentum)
        return mean, norm

    def _average_norm(self, rows: Tensor) -> Tensor:
        """Return ℓ of rows (batch, channels, positions), (channels,), in the precision of the running values."""
        exact = self.running_norm.dtype
        if self.p == 1:
            # On a CPU, vector_norm adds one value after the other, which errs by 5e-6 over 50,000; a mean by 1e-7.
            norm: Tensor = rows.abs().mean((0, 2), dtype=exact)
        elif self.p == 2:
            # A norm has a gradient, zero, where a channel is dead; the root of a mean would give NaN.
            by_row = torch.linalg.vector_norm(rows, dim=2, dtype=exact)
            norm = torch.linalg.vector_norm(by_row, dim=0) / math.sqrt(rows.shape[0] * rows.shape[2])
        else:
            norm = torch.linalg.vector_norm(rows, self.p, (0, 2)).to(exact)
        return norm


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
