"""How far the statistics that a normalization uses are from those of the whole training set."""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.modules.batchnorm import _BatchNorm

from bntui.probes.evaluation import forward, hooked
from bntui.probes.moments import mean_and_var
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column
from bntui.variants.moment_norm import MomentNorm

Statistics = tuple[Tensor, Tensor]
"""Mean and biased variance, each (channels,)."""
Norm = _BatchNorm | MomentNorm


class StatisticsErrorProbe(Probe):
    """Per hidden layer, the error of the (μ, σ²) that normalize in the step's pass (Yao et al. 2020).

    The true ones, μ* and σ*², are those that BatchNorm would use in each layer if the training set were one batch, at
    the same parameters. `mean_error`: Σ|μ − μ*| / Σσ*, `variance_error`: Σ|σ² − σ*²| / Σσ*², over the channels. μ and
    σ² are those of the batch, of several batches, or running ones, as the variant has it. There is no measurement where
    a hidden layer is not normalized by a mean and a variance per channel.
    """

    class Options(ProbeOptions):
        """`samples`: so many images, evenly from the training set, stand for all of it; 0 for all.

        They go through the network at once, because each layer's statistics need all of them.
        """

        every: Every = 100
        samples: Annotated[int, Field(ge=0)] = 2000

    name = "statistics_error"

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        images = setting.train_images
        if 0 < options.samples < len(images):
            images = images[torch.linspace(0, len(images) - 1, options.samples, device=images.device).long()]
        self.images = images

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["mean_error", "variance_error"], self.setting.layers))

    @torch.no_grad()
    def measure(self, point: Point) -> Tensor:
        sites = [point.network.get_submodule(f"{layer}.norm") for layer in self.setting.layers]
        norms = [norm for norm in map(_norm, sites) if norm is not None]
        if len(norms) < len(sites):
            return point.loss.new_empty(0)
        used, true = {}, {}

        def record_used(norm: Norm, inputs: tuple[Tensor], output: Tensor) -> None:
            batch = mean_and_var(inputs[0])
            used[norm] = norm.used(*batch) if isinstance(norm, MomentNorm) else batch

        def record_true(norm: Norm, inputs: tuple[Tensor], output: Tensor) -> Tensor:
            true[norm] = mean_and_var(inputs[0])
            return functional.batch_norm(inputs[0], None, None, norm.weight, norm.bias, True, 0.0, norm.eps)

        with hooked(norms, record_used):
            forward(point.network, {}, point.images)
        with hooked(norms, record_true):
            forward(point.network, {}, self.setting.scaled(self.images))
        errors = [_errors(used[norm], true[norm]) for norm in norms]
        return torch.stack(errors, dim=1).flatten().to(point.loss.dtype)


def _norm(site: nn.Module) -> Norm | None:
    """Return what normalizes at a site by a mean and a variance per channel; noise may follow it."""
    return next((module for module in site.modules() if isinstance(module, Norm)), None)


def _errors(used: Statistics, true: Statistics) -> Tensor:
    """Return (mean error, variance error) of a layer."""
    (mean, var), (true_mean, true_var) = used, true
    apart = (mean - true_mean).abs().sum() / true_var.sqrt().sum()
    return torch.stack([apart, (var - true_var).abs().sum() / true_var.sum()])
