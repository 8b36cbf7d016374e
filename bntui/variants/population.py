"""BatchNorm that normalizes by running statistics in training, too."""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor, nn

from bntui.spec import NoiseSpec
from bntui.variants.moment_norm import StepwiseNorm, unbiased
from bntui.variants.variant import Epsilon, Momentum, NormSite, Variant


class PopulationNorm(StepwiseNorm):
    """Normalizes by the running statistics of the steps before this one, which are constants to the gradient.

    The first `burn_in` steps normalize by their own batch, as BatchNorm. A batch counts in the running statistics with
    `momentum`, or with 1/(number of batches so far) while that is more: so the first batch replaces the initial values,
    and with momentum 0 they are means over all batches.
    """

    used_mean: Tensor
    used_var: Tensor

    def __init__(self, channels: int, burn_in: int, *, eps: float, momentum: float) -> None:
        super().__init__(channels, eps=eps, momentum=momentum)
        self.burn_in = burn_in
        self.register_buffer("used_mean", torch.zeros(channels))
        self.register_buffer("used_var", torch.ones(channels))

    def begin_step(self, step: int) -> None:
        super().begin_step(step)
        self.used_mean.copy_(self.running_mean)
        self.used_var.copy_(self.running_var)

    def used(self, mean: Tensor, var: Tensor) -> tuple[Tensor, Tensor]:
        return (mean, var) if self.step < self.burn_in else (self.used_mean, self.used_var)

    def keep(self, mean: Tensor, var: Tensor, count: int) -> None:
        """Set the running statistics for the next step; a second pass of the step replaces the first."""
        weight = max(self.momentum, 1 / (self.step + 1))
        self.running_mean.copy_(self.used_mean.lerp(mean, weight))
        self.running_var.copy_(self.used_var.lerp(unbiased(var, count), weight))


class BatchNormPopulation(Variant):
    """BatchNorm by running statistics in training, through which no gradient flows (Ghorbani et al. 2019).

    Within a step they are constants, so that the gradient is that of the loss. The first `burn_in` steps, before which
    there are no statistics, are those of BatchNorm.
    """

    burn_in: Annotated[int, Field(ge=1)] = 1
    eps: Epsilon = 1e-5
    momentum: Momentum = 0.1

    def layer(self, site: NormSite, noise: NoiseSpec) -> nn.Module:
        """Return the layer that normalizes by running statistics."""
        return PopulationNorm(site.channels, self.burn_in, eps=self.eps, momentum=self.momentum)
