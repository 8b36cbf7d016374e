"""The identity behind theorem 4.1: what BatchNorm takes out of the gradient."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from bntui.probes.evaluation import forward
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, columns
from bntui.records import Column


class Flow(NamedTuple):
    """A BatchNorm layer, its input y and output z (batch, channels, …), and the loss's gradients for them."""

    norm: _BatchNorm
    y: Tensor
    dy: Tensor
    dz: Tensor


class Theorem41Probe(Probe):
    """Per BatchNorm layer, both sides of the identity of Santurkar et al. 2018, theorem 4.1, summed over channels.

    Per channel with weight γ, m values y of variance σ² and ŷ = (y − mean)/s, s² = σ² + ε, z the layer's output before
    any noise, g = ∂L/∂z: `left` is Σ‖∂L/∂y‖², `right` is Σ (γ²/s²)·(‖g‖² − ⟨1,g⟩²/m − ⟨g,ŷ⟩²·(2/m − ‖ŷ‖²/m²)).
    For ε = 0 the last factor is 1/m; the paper prints 1/√m, which cannot be as ‖ŷ‖² = m. `relative_error` is
    Σ|left − right| / Σleft, so that channels' errors do not cancel; it is the rounding of the network's own precision.
    A variant without BatchNorm in every hidden layer has no such measurement.
    """

    class Options(ProbeOptions):
        """Less often than other probes, for a measurement costs more than a step."""

        every: Every = 25

    name = "theorem41"

    @property
    def columns(self) -> tuple[Column, ...]:
        """Each name, by layer."""
        return tuple(columns(self.name, ["left", "right", "relative_error"], self.setting.layers))

    def measure(self, point: Point) -> Tensor:
        """See the class."""
        norms = [_batchnorm(point.network.get_submodule(f"{layer}.norm")) for layer in self.setting.layers]
        found = [norm for norm in norms if norm is not None]
        if len(found) < len(norms):
            return point.loss.new_empty(0)
        return torch.stack([_sides(flow) for flow in _flows(point, found)], dim=1).flatten()


def _batchnorm(index: nn.Module) -> _BatchNorm | None:
    return next((module for module in index.modules() if isinstance(module, _BatchNorm)), None)


def _flows(point: Point, norms: list[_BatchNorm]) -> list[Flow]:
    """What went through each layer, from one more pass over the step's batch."""
    kept: dict[nn.Module, tuple[Tensor, Tensor]] = {}

    def hook(module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> None:
        kept[module] = inputs[0], output

    hooks = [norm.register_forward_hook(hook) for norm in norms]
    try:
        loss = point.criterion(forward(point.network, {}, point.images), point.labels)
    finally:
        for handle in hooks:
            handle.remove()
    tensors = [tensor for norm in norms for tensor in kept[norm]]
    gradients = torch.autograd.grad(loss, tensors)
    pairs = zip(norms, gradients[::2], gradients[1::2], strict=True)
    return [Flow(norm, kept[norm][0].detach(), dy, dz) for norm, dy, dz in pairs]


def _sides(flow: Flow) -> Tensor:
    """(left, right, relative error) of a layer."""
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
    """(batch, channels, …) as (channels, values), in double precision, for the right side is a small difference."""
    exact = torch.float32 if tensor.device.type == "mps" else torch.float64
    return tensor.transpose(0, 1).flatten(1).to(exact)
