"""The identity behind theorem 4.1, on the gradient through BatchNorm."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from bntui.probes.evaluation import exact, forward
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, columns
from bntui.records import Column


class Flow(NamedTuple):
    """A BatchNorm layer, its input y (batch, channels, …), and the gradients of the loss for its input and output."""

    norm: _BatchNorm
    y: Tensor
    dy: Tensor
    dz: Tensor


class Theorem41Probe(Probe):
    """Per BatchNorm layer, both sides of the identity of Santurkar et al. 2018, theorem 4.1, summed over channels.

    Per channel with weight γ, m values y of variance σ² and ŷ = (y − mean)/s, s² = σ² + ε, z the layer's output before
    any noise, g = ∂L/∂z: `left` is Σ‖∂L/∂y‖², `right` is Σ (γ²/s²)·(‖g‖² − ⟨1,g⟩²/m − ⟨g,ŷ⟩²·(2/m − ‖ŷ‖²/m²)).
    For ε = 0 the last factor is 1/m; the paper prints 1/√m, which is impossible because ‖ŷ‖² = m. `relative_error` is
    Σ|left − right| / Σleft, so that errors of channels do not cancel; it shows the rounding of the network's precision.
    There is no measurement where a hidden layer has no BatchNorm.
    """

    class Options(ProbeOptions):
        """Less often than other probes, because a measurement costs more than a step."""

        every: Every = 25

    name = "theorem41"

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["left", "right", "relative_error"], self.setting.layers))

    def measure(self, point: Point) -> Tensor:
        norms = [batchnorm(point.network.get_submodule(f"{layer}.norm")) for layer in self.setting.layers]
        present = [norm for norm in norms if norm is not None]
        if len(present) < len(norms):
            return point.loss.new_empty(0)
        return torch.stack([_sides(flow) for flow in _flows(point, present)], dim=1).flatten()


def batchnorm(norm: nn.Module) -> _BatchNorm | None:
    """Return the BatchNorm of a normalization site, which noise may follow; None without one."""
    return next((module for module in norm.modules() if isinstance(module, _BatchNorm)), None)


def _flows(point: Point, norms: list[_BatchNorm]) -> list[Flow]:
    """Return the flow through each layer, from one more pass over the step's batch."""
    recorded: dict[nn.Module, tuple[Tensor, Tensor]] = {}

    def hook(module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> None:
        recorded[module] = inputs[0], output

    hooks = [norm.register_forward_hook(hook) for norm in norms]
    try:
        loss = point.criterion(forward(point.network, {}, point.images), point.labels)
    finally:
        for handle in hooks:
            handle.remove()
    tensors = [tensor for norm in norms for tensor in recorded[norm]]
    gradients = torch.autograd.grad(loss, tensors)
    pairs = zip(norms, gradients[::2], gradients[1::2], strict=True)
    return [Flow(norm, recorded[norm][0].detach(), dy, dz) for norm, dy, dz in pairs]


def _sides(flow: Flow) -> Tensor:
    """Return (left, right, relative error) of a layer."""
    y, dy, g = (_by_channel(tensor) for tensor in (flow.y, flow.dy, flow.dz))
    count = y.shape[1]
    variance, mean = torch.var_mean(y, 1, correction=0, keepdim=True)
    scale2 = variance.squeeze(1) + flow.norm.eps
    normalized = (y - mean) / scale2.sqrt()[:, None]
    left = dy.square().sum(1)
    along = (g * normalized).sum(1).square() * (2 / count - normalized.square().sum(1) / count**2)
    weight = flow.norm.weight.detach().to(y.dtype)
    right = weight.square() / scale2 * (g.square().sum(1) - g.sum(1).square() / count - along)
    return torch.stack([left.sum(), right.sum(), (left - right).abs().sum() / left.sum()]).to(flow.y.dtype)


def _by_channel(tensor: Tensor) -> Tensor:
    """Return (batch, channels, …) as (channels, values), in float64, because the right side is a small difference."""
    return exact(tensor.transpose(0, 1).flatten(1))
