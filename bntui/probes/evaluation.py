"""Forward and backward passes of a network in training, with other parameters and without changing it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

Parameters = Mapping[str, Tensor]

PIECE = 4096
"""Values in one piece of a long sum."""


def forward(module: nn.Module, parameters: Parameters, inputs: Tensor) -> Tensor:
    """Return the module's output with `parameters` by name instead of its own; those not given stay its own.

    Buffers are copied, because BatchNorm in training mode writes to them.
    """
    with _replaced(module, parameters):
        output: Tensor = module(inputs)
    return output


@contextlib.contextmanager
def _replaced(module: nn.Module, parameters: Parameters) -> Iterator[None]:
    """Replace the module's parameters, and its buffers by copies, while inside.

    torch.func.functional_call does the same in five times the time, which is a noticeable part of a small network's
    pass.
    """
    originals: list[tuple[dict[str, Any], dict[str, Any]]] = []
    try:
        for prefix, part in module.named_modules():
            if not (part._parameters or part._buffers):
                continue
            originals += [(tensors, tensors.copy()) for tensors in (part._parameters, part._buffers)]
            start = f"{prefix}." if prefix else ""
            part._parameters.update({name: parameters.get(start + name, p) for name, p in part._parameters.items()})
            part._buffers.update({name: None if b is None else b.clone() for name, b in part._buffers.items()})
        yield
    finally:
        for tensors, original in originals:
            tensors.update(original)


@contextlib.contextmanager
def hooked(modules: Iterable[nn.Module], hook: Callable[..., Any]) -> Iterator[None]:
    """Call hook(module, inputs, output) after each pass of a module, while inside; what it returns is the output."""
    handles = [module.register_forward_hook(hook) for module in modules]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def loss_and_gradient(
    network: nn.Module,
    parameters: Parameters,
    criterion: Callable[[Tensor, Tensor], Tensor],
    images: Tensor,
    labels: Tensor,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Return the loss () with other parameters, which require grad, and its gradient in their order."""
    loss = criterion(forward(network, parameters, images), labels)
    gradient = torch.autograd.grad(loss, list(parameters.values()))
    return loss.detach(), gradient


def constants(module: nn.Module) -> dict[str, Tensor]:
    """Return the module's parameters by name, detached."""
    return {name: parameter.detach() for name, parameter in module.named_parameters()}


def within(part: str, parameters: Parameters) -> dict[str, Tensor]:
    """Return the parameters of a part of a module, by their names in the part."""
    prefix = part + "."
    return {name.removeprefix(prefix): value for name, value in parameters.items() if name.startswith(prefix)}


def joined(tensors: Iterable[Tensor]) -> Tensor:
    """Return all values as one vector."""
    return torch.cat([tensor.flatten() for tensor in tensors])


def norm(tensor: Tensor) -> Tensor:
    """Return ‖tensor‖₂ over all values, (), to a few float32 roundings however many they are.

    On a CPU, vector_norm adds one square after the other, which errs by 4e-4 over 10⁷ values; so the norms of pieces
    are joined, which takes no longer. A GPU adds in a tree.
    """
    values = tensor.flatten()
    if len(values) > PIECE and not values.is_cuda:
        end = len(values) - len(values) % PIECE
        pieces = torch.linalg.vector_norm(values[:end].view(-1, PIECE), dim=1)
        values = torch.cat([pieces, norm(values[end:]).reshape(1)])
    size: Tensor = torch.linalg.vector_norm(values)
    return size


def norms(tensors: list[Tensor]) -> Tensor:
    """Return the norms of tensors, a vector."""
    return torch.stack([*torch._foreach_norm(tensors)] if tensors[0].is_cuda else [norm(tensor) for tensor in tensors])


def total_norm(tensors: Iterable[Tensor]) -> Tensor:
    """Return ‖·‖₂ of all tensors as one vector, ()."""
    return norm(norms(list(tensors)))


def exact(tensor: Tensor) -> Tensor:
    """Return the tensor in float64; on Apple's GPUs, which have none, in float32."""
    return tensor.to(torch.float32 if tensor.device.type == "mps" else torch.float64)


def nonzero(size: Tensor) -> Tensor:
    """Return a norm, or NaN where it underflows: a ratio to it would be meaninglessly large."""
    return torch.where(size > torch.finfo(size.dtype).tiny, size, torch.nan)
