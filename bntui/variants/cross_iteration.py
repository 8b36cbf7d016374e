"""Normalization by the batches of several steps: CBN, and its naive form without compensation (Yao et al. 2020)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from bntui.spec import NoiseSpec
from bntui.variants.moment_norm import StepwiseNorm
from bntui.variants.variant import Epsilon, Momentum, NormSite, Variant


class NaiveCrossIterationNorm(StepwiseNorm):
    """Normalizes by the batches of the last `window` steps as if they were one, although the weights have changed.

    The gradient flows through the current batch alone, which is one of those. The first `burn_in` steps are those of
    BatchNorm, and are not kept. A step writes to a place of its own, step modulo `window`, which its passes do not
    read. The running statistics are those of single batches.
    """

    means: Tensor
    variances: Tensor

    def __init__(self, channels: int, window: int, burn_in: int, *, eps: float, momentum: float) -> None:
        super().__init__(channels, eps=eps, momentum=momentum)
        self.window, self.burn_in = window, burn_in
        self.register_buffer("means", torch.zeros(window, channels))
        self.register_buffer("variances", torch.zeros(window, channels))

    def used(self, mean: Tensor, var: Tensor) -> tuple[Tensor, Tensor]:
        earlier_means, earlier_variances = self.earlier()
        means, variances = torch.cat([mean[None], earlier_means]), torch.cat([var[None], earlier_variances])
        # The variance of all values: the mean variance and the variance of the means, which do not cancel as ν − μ².
        return means.mean(0), variances.mean(0) + means.var(0, correction=0)

    def earlier(self) -> tuple[Tensor, Tensor]:
        """Return the means and the variances of the earlier batches in use, each (steps, channels)."""
        return self.held(self.means), self.held(self.variances)

    def held(self, kept: Tensor) -> Tensor:
        """Return what was kept (window, …) of the earlier steps in use, (steps, …)."""
        first = max(self.burn_in, self.step - self.window + 1)
        start = first % self.window
        end = start + max(self.step - first, 0)
        return torch.cat([kept[start : min(end, self.window)], kept[: max(end - self.window, 0)]])

    def keep(self, mean: Tensor, var: Tensor, count: int) -> None:
        """Update the running statistics, and keep the batch's for the next steps."""
        super().keep(mean, var, count)
        self.means[self.step % self.window] = mean
        self.variances[self.step % self.window] = var


class CrossIterationNorm(NaiveCrossIterationNorm):
    """As the naive form, with earlier statistics moved to the current weights w of the layer, to first order.

    Of a batch at weights w′ with mean μ and mean square ν per channel: μ̃ = μ + ⟨∂μ/∂w, w − w′⟩, and ν̃ likewise. Where
    the layer's input stays, μ̃ is exact, and ν̃ too small by (w − w′)ᵀC(w − w′), C the second moment of the input. So ν̃
    may be less than μ̃², and is then set to it, as in the paper. A bias only shifts the mean.

    Variances are kept instead of ν: ν̃ − μ̃² = σ² + ⟨∂σ²/∂w, w − w′⟩ − ⟨∂μ/∂w, w − w′⟩².
    """

    weights: Tensor
    biases: Tensor
    mean_slopes: Tensor
    variance_slopes: Tensor

    def follow(self, module: nn.Module) -> None:
        """Compensate for the changes of a convolution or linear layer, from which the input is made by channel.

        Between the two may be what keeps channels apart, such as a nonlinearity. A pass of the module shows its weights
        of that pass, be they those of a probe.
        """
        weight = module.get_parameter("weight")
        rows = weight.detach().flatten(1)
        for name in ("weights", "mean_slopes", "variance_slopes"):
            self.register_buffer(name, torch.zeros(self.window, *rows.shape))
        self.register_buffer("biases", torch.zeros(self.window, len(rows)))
        self._shown: tuple[Tensor, Tensor | None] = weight, None
        module.register_forward_hook(self._show)

    def _show(self, module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> None:
        weight, bias = module.weight, module.bias
        assert isinstance(weight, Tensor)
        assert bias is None or isinstance(bias, Tensor)
        # As a tuple, which makes no parameter of this layer of it; only leaves can be copied with the network.
        self._shown = weight if weight.is_leaf else weight.detach(), None if bias is None else bias.detach()

    def earlier(self) -> tuple[Tensor, Tensor]:
        means, variances = super().earlier()
        weight, bias = self._shown
        change = weight.detach().flatten(1) - self.held(self.weights)
        along = (self.held(self.mean_slopes) * change).sum(2)
        variances = variances + (self.held(self.variance_slopes) * change).sum(2) - along.square()
        shift = 0 if bias is None else bias - self.held(self.biases)
        return means + along + shift, variances.clamp(min=0)

    def keep(self, mean: Tensor, var: Tensor, count: int) -> None:
        """Keep the weights and the derivatives, too; passes of probes, which are not of parameters, keep nothing."""
        super().keep(mean, var, count)
        weight, bias = self._shown
        if not (mean.requires_grad and isinstance(weight, nn.Parameter)):
            return
        place = self.step % self.window
        self.weights[place] = weight.flatten(1)
        if bias is not None:
            self.biases[place] = bias
        for slopes, moment in ((self.mean_slopes, mean), (self.variance_slopes, var)):
            # A channel depends on its own weights alone: the gradient of the sum has each channel's as a row.
            (slope,) = torch.autograd.grad(moment, weight, torch.ones_like(moment), retain_graph=True)
            slopes[place] = slope.flatten(1)


class CbnNaive(Variant):
    """Normalization by the batches of the last `window` steps, without compensation (Yao et al. 2020)."""

    true_gradient: ClassVar[bool] = False

    window: Annotated[int, Field(ge=1, le=1000)] = 4
    burn_in: Annotated[int, Field(ge=0)] = 0
    eps: Epsilon = 1e-5
    momentum: Momentum = 0.1
    norm: ClassVar[type[NaiveCrossIterationNorm]] = NaiveCrossIterationNorm

    def layer(self, site: NormSite, noise: NoiseSpec) -> nn.Module:
        """Return the layer that normalizes by several batches."""
        return self.norm(site.channels, self.window, self.burn_in, eps=self.eps, momentum=self.momentum)


class Cbn(CbnNaive):
    """Cross-Iteration Batch Normalization (Yao et al. 2020): batches of earlier steps, moved to the current weights.

    The paper's settings are a window of 4, and 8 epochs of BatchNorm first.
    """

    norm: ClassVar[type[NaiveCrossIterationNorm]] = CrossIterationNorm


def follow_weights(layers: Iterable[nn.Sequential]) -> None:
    """Have each layer's normalization, where it compensates for changes of the weights before it, follow these."""
    for layer in layers:
        for norm in layer.get_submodule("norm").modules():
            if isinstance(norm, CrossIterationNorm):
                norm.follow(layer.get_submodule("weights"))
