"""BatchNorm with other statistics in training than those of the batch, or with another gradient."""

from __future__ import annotations

from abc import abstractmethod

import torch
from torch import Tensor, nn


class MomentNorm(nn.Module):
    """(x − μ)/√(σ² + ε), then weight and bias per channel; a subclass says which μ and σ² in training mode.

    In evaluation mode they are running statistics of the batches, with the unbiased variance, as in PyTorch.
    Statistics are float32 or more precise, whatever the activations are.

    A layer that keeps statistics from one step to the next must be told where a step begins, so that all passes of a
    step are normalized by the same ones: those of probes, too, which write to copies of the buffers.
    """

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, channels: int, *, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, activations: Tensor) -> Tensor:
        """Return the normalized activations, (batch, channels, …) as given."""
        mean, var = self._in_training(activations) if self.training else (self.running_mean, self.running_var)
        shape = (1, -1, *(1,) * (activations.dim() - 2))
        scale = self.weight / (var + self.eps).sqrt()
        return torch.addcmul((self.bias - mean * scale).reshape(shape), activations, scale.reshape(shape))

    def extra_repr(self) -> str:
        """Return the arguments that PyTorch prints."""
        return f"{len(self.weight)}"

    @abstractmethod
    def used(self, mean: Tensor, var: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean and the variance that normalize in training, from those of the batch, each (channels,)."""

    def keep(self, mean: Tensor, var: Tensor, count: int) -> None:
        """Update the running statistics by a batch of `count` values per channel; its variance is biased."""
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(unbiased(var, count), self.momentum)

    def moments(self, activations: Tensor) -> tuple[Tensor, Tensor]:
        """Return the batch's mean and biased variance, each (channels,)."""
        return moments(activations.to(self.running_mean.dtype))

    def _in_training(self, activations: Tensor) -> tuple[Tensor, Tensor]:
        mean, var = self.moments(activations)
        used = self.used(mean, var)
        with torch.no_grad():
            self.keep(mean, var, activations.numel() // activations.shape[1])
        return used


class StepwiseNorm(MomentNorm):
    """A layer that keeps statistics from one step to the next: `begin_step` says that a step begins."""

    step = 0

    def begin_step(self, step: int) -> None:
        """Take note that the next passes are those of this step; may be called more than once for a step."""
        self.step = step


def moments(activations: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and biased variance per channel, each (channels,), of activations (batch, channels, …)."""
    axes = [axis for axis in range(activations.dim()) if axis != 1]
    var, mean = torch.var_mean(activations, axes, correction=0)
    return mean, var


def unbiased(var: Tensor, count: int) -> Tensor:
    """Return the unbiased variance of `count` values, from the biased one."""
    return var * (count / max(count - 1, 1))


def stepwise(network: nn.Module) -> list[StepwiseNorm]:
    """Return all layers that keep statistics from step to step, first to last."""
    return [module for module in network.modules() if isinstance(module, StepwiseNorm)]
