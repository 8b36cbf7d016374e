"""What flows through the BatchNorm layers of a network in one pass, for the identities of theorems 4.1 and 4.2."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from bntui.probes.evaluation import exact, forward, hooked
from bntui.probes.probe import Point, Setting


class Flow(NamedTuple):
    """A BatchNorm layer, its input y (batch, channels, …), its output z, and the gradients of the loss for both."""

    norm: _BatchNorm
    y: Tensor
    z: Tensor
    dy: Tensor
    dz: Tensor


def flows(point: Point, setting: Setting, *, twice: bool = False) -> list[Flow]:
    """Return the flow through each hidden layer, from one more pass over the step's batch.

    It is empty where a hidden layer has no BatchNorm. `twice`: the gradients can be differentiated again.
    """
    found = [batchnorm(point.network.get_submodule(f"{layer}.norm")) for layer in setting.layers]
    norms = [norm for norm in found if norm is not None]
    if len(norms) < len(found):
        return []
    recorded: dict[nn.Module, tuple[Tensor, Tensor]] = {}

    def hook(module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> None:
        recorded[module] = inputs[0], output

    with hooked(norms, hook):
        loss = point.criterion(forward(point.network, {}, point.images), point.labels)
    tensors = [tensor for norm in norms for tensor in recorded[norm]]
    gradients = torch.autograd.grad(loss, tensors, create_graph=twice)
    pairs = zip(norms, gradients[::2], gradients[1::2], strict=True)
    return [Flow(norm, *recorded[norm], dy, dz) for norm, dy, dz in pairs]


def batchnorm(norm: nn.Module) -> _BatchNorm | None:
    """Return the BatchNorm of a normalization site, which noise may follow; None without one."""
    return next((module for module in norm.modules() if isinstance(module, _BatchNorm)), None)


def by_channel(tensor: Tensor) -> Tensor:
    """Return (batch, channels, …) as (channels, values), detached, in float64: sums of many values lose little."""
    return exact(tensor.detach().transpose(0, 1).flatten(1))


def normalized(y: Tensor, norm: _BatchNorm) -> tuple[Tensor, Tensor]:
    """Return ŷ (channels, values) and s² = σ² + ε (channels,) of a layer's input by channel."""
    variance, mean = torch.var_mean(y, 1, correction=0, keepdim=True)
    scale2 = variance + norm.eps
    return (y - mean) / scale2.sqrt(), scale2.squeeze(1)
