"""How far the terms of a weight's gradient cancel each other."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from bntui.probes.evaluation import forward, hooked
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, columns
from bntui.records import Column


class CancellationProbe(Probe):
    """Bjorck et al. 2018, section 3.2, per hidden layer: Σ|Σ d·x| / ΣΣ|d·x|, outer sums over the entries of a kernel.

    The gradient of an entry is the sum of d·x over batch and positions: x its input, d the gradient for its output.
    `ratio` is near 0 where these terms have both signs and cancel, 1 where all terms of each entry have one sign.
    """

    class Options(ProbeOptions):
        """Rare, because a measurement costs more than a step."""

        every: Every = 100

    name = "cancellation"
    compares = True

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["ratio"], self.setting.layers))

    def measure(self, point: Point) -> Tensor:
        modules = [point.network.get_submodule(f"{layer}.weights") for layer in self.setting.layers]
        sums = [point.gradient[f"{layer}.weights.weight"].abs().sum() for layer in self.setting.layers]
        terms = [_sum_of_terms(module, x, d) for module, (x, d) in zip(modules, _passed(point, modules), strict=True)]
        return torch.stack(sums) / torch.stack(terms)


def _sum_of_terms(module: nn.Module, x: Tensor, d: Tensor) -> Tensor:
    """Return ΣΣ|d·x|: |d·x| = |d|·|x|, so the inner sums are the gradient for the weights at |x| and |d|."""
    weight = module.get_parameter("weight")
    (terms,) = torch.autograd.grad(forward(module, {}, x.abs()), weight, d.abs())
    return terms.sum()


def _passed(point: Point, modules: Sequence[nn.Module]) -> list[tuple[Tensor, Tensor]]:
    """Return each module's input, and the gradient for its output, from one more pass over the step's batch."""
    recorded: dict[nn.Module, tuple[Tensor, Tensor]] = {}

    def hook(module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> None:
        recorded[module] = inputs[0].detach(), output

    with hooked(modules, hook):
        loss = point.criterion(forward(point.network, {}, point.images), point.labels)
    inputs, outputs = zip(*(recorded[module] for module in modules), strict=True)
    return list(zip(inputs, torch.autograd.grad(loss, outputs), strict=True))
