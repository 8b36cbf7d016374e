"""Forward and backward passes of a network that is being trained, at other parameters, without touching it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

Parameters = Mapping[str, Tensor]


def forward(module: nn.Module, parameters: Parameters, inputs: Tensor) -> Tensor:
    """The module's output with other parameters, by name; those that are not given are the module's own.

    Its buffers are copied, for BatchNorm in training mode writes to them.
    """
    with _held(module, parameters):
        output: Tensor = module(inputs)
    return output


@contextlib.contextmanager
def _held(module: nn.Module, parameters: Parameters) -> Iterator[None]:
    """The module has these parameters, and copies of its buffers, while inside.

    What torch.func.functional_call does too, in five times the time, which for a small network is a noticeable part of
    a pass.
    """
    own: list[tuple[dict[str, Any], dict[str, Any]]] = []
    try:
        for prefix, part in module.named_modules():
            if not (part._parameters or part._buffers):
                continue
            own += [(held, held.copy()) for held in (part._parameters, part._buffers)]
            start = f"{prefix}." if prefix else ""
            part._parameters.update({name: parameters.get(start + name, p) for name, p in part._parameters.items()})
            part._buffers.update({name: None if b is None else b.clone() for name, b in part._buffers.items()})
        yield
    finally:
        for held, before in own:
            held.update(before)


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
