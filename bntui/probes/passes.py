"""Forward and backward passes of a network that is being trained, at other parameters, without touching it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import torch
from torch import Tensor, nn
from torch.func import functional_call

Parameters = Mapping[str, Tensor]


def forward(module: nn.Module, parameters: Parameters, inputs: Tensor) -> Tensor:
    """The module's output with other parameters, by name; those that are not given are the module's own.

    Its buffers are copied, for BatchNorm in training mode writes to them.
    """
    buffers = {name: buffer.clone() for name, buffer in module.named_buffers()}
    # No two names are one tensor here, and looking for such takes longer than the call.
    output: Tensor = functional_call(module, {**parameters, **buffers}, (inputs,), tie_weights=False)
    return output


def loss_and_gradient(
    network: nn.Module,
    parameters: Parameters,
    criterion: Callable[[Tensor, Tensor], Tensor],
    images: Tensor,
    labels: Tensor,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """The loss () and its gradient in the parameters' order, with other parameters, which require grad."""
    loss = criterion(forward(network, parameters, images), labels)
    gradient = torch.autograd.grad(loss, list(parameters.values()))
    return loss.detach(), gradient


def constants(module: nn.Module) -> dict[str, Tensor]:
    """The module's parameters by name, as constants to the gradient."""
    return {name: parameter.detach() for name, parameter in module.named_parameters()}


def within(part: str, parameters: Parameters) -> dict[str, Tensor]:
    """Those of the parameters that belong to a part, by their names in it."""
    prefix = part + "."
    return {name.removeprefix(prefix): value for name, value in parameters.items() if name.startswith(prefix)}


def joined(tensors: Iterable[Tensor]) -> Tensor:
    """All values as one vector."""
    return torch.cat([tensor.flatten() for tensor in tensors])


def nonzero(norm: Tensor, times: float = 1.0) -> Tensor:
    """The norm, or NaN where it, or so many times it, vanishes: dividing by it must not read as a large number."""
    return torch.where(norm > torch.finfo(norm.dtype).tiny / times, norm, torch.nan)
