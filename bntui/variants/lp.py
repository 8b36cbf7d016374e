"""Normalization by another norm than BatchNorm's: ℓ1, ℓ2 or ℓ∞ of the activations as they come."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class LpNorm(nn.Module):
    """(x − mean) / (ℓ + ε), then weight and bias per channel (Santurkar et al. 2018, section 3.3).

    Per channel, over batch and any height and width: ℓ is the average ℓp norm of x *before* the mean is subtracted,
    (mean|x|^p)^(1/p), or max|x| for p = ∞. So the mean is fixed but the variance is not: the distribution of a layer's
    outputs need not stay put. Evaluation takes running values of mean and ℓ, kept as BatchNorm keeps its own.
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
        """Activations (batch, channels, …), normalized; same shape."""
        mean, norm = self._observed(activations) if self.training else (self.running_mean, self.running_norm)
        shape = (1, -1, *(1,) * (activations.dim() - 2))
        scale = self.weight / (norm + self.eps)
        return (activations - mean.reshape(shape)) * scale.reshape(shape) + self.bias.reshape(shape)

    def extra_repr(self) -> str:
        """What PyTorch prints of it."""
        return f"{len(self.weight)}, p={self.p}"

    def _observed(self, activations: Tensor) -> tuple[Tensor, Tensor]:
        """The batch's mean and norm, each (channels,), which also go into the running values."""
        values = activations.transpose(0, 1).flatten(1)
        mean = values.mean(1)
        # vector_norm has a gradient, zero, where a channel is dead; a power of the mean would give NaN.
        norm = torch.linalg.vector_norm(values, self.p, 1) / values.shape[1] ** (1 / self.p)
        with torch.no_grad():
            self.running_mean.lerp_(mean.detach(), self.momentum)
            self.running_norm.lerp_(norm.detach(), self.momentum)
        return mean, norm
