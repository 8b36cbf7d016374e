"""Plain second implementations, as in `twins`, of the probes of theorem 4.2 and lemma 4.5."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from tests.probes.trace import Step, Trace
from tests.probes.twin_passes import backward, batchnorm, by_name, exact, fresh, weight


def theorem42(trace: Trace, step: int) -> list[float] | None:
    """Take every derivative along the gradient, of the loss and of normalization, as one with respect to a number."""
    if step == trace.setting.steps:
        return None
    at = trace.steps[step]
    norms = [batchnorm(at.before.get_submodule(layer)) for layer in trace.setting.layers]
    return by_name([_curvatures(trace, at, layer) for layer in trace.setting.layers]) if all(norms) else None


def _curvatures(trace: Trace, at: Step, layer: str) -> list[float]:
    y, z, u, g = _flow(trace, at, layer)

    def loss_at(instead: Callable[[Tensor], Tensor], place: str) -> Callable[[Tensor], Tensor]:
        """Return the loss as a function of t, with instead(t) for the layer's input or output."""

        def loss(t: Tensor) -> Tensor:
            network = fresh(at.before).train()
            norm: Any = batchnorm(network.get_submodule(layer))
            if place == "input":
                norm.register_forward_pre_hook(lambda module, inputs: (instead(t),))
            else:
                norm.register_forward_hook(lambda module, inputs, output: instead(t))
            return trace.criterion(network(at.images.double()), exact(at.labels))

        return loss

    norm: Any = batchnorm(fresh(at.before).get_submodule(layer))
    axes = [axis for axis in range(y.dim()) if axis != 1]

    def normalize(t: Tensor) -> Tensor:
        values = y + t * u
        centred = values - values.mean(axes, keepdim=True)
        unit = centred / (centred.square().mean(axes, keepdim=True) + norm.eps).sqrt()
        return norm.weight.detach().reshape(-1, *[1] * (y.dim() - 2)) * unit

    zero = torch.zeros((), dtype=torch.float64)
    first = derivative(normalize)(zero)
    second = derivative(derivative(normalize))(zero)
    left = second_derivative(loss_at(lambda t: y + t * u, "input"))
    bent = second_derivative(loss_at(lambda t: z + t * first.detach(), "output"))
    turned = float((g * second.detach()).sum())
    return [left, bent + turned, abs(left - bent - turned) / (abs(bent) + abs(turned))]


def _flow(trace: Trace, at: Step, layer: str) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return a BatchNorm layer's input and output, and the gradients for them."""
    network, recorded = fresh(at.before), []
    norm: Any = batchnorm(network.get_submodule(layer))

    def hook(module: nn.Module, inputs: Any, output: Tensor) -> None:
        inputs[0].retain_grad()
        output.retain_grad()
        recorded.append((inputs[0], output))

    norm.register_forward_hook(hook)
    backward(trace, at, network)
    ((y, z),) = recorded
    assert y.grad is not None
    assert z.grad is not None
    return y.detach(), z.detach(), y.grad, z.grad


def derivative(function: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """Return the derivative of a function of one number."""
    one = torch.ones((), dtype=torch.float64)
    return lambda t: torch.autograd.functional.jvp(function, t, one, create_graph=True)[1]


def second_derivative(function: Callable[[Tensor], Tensor]) -> float:
    """Return the second derivative of a function of one number at 0."""
    t = torch.zeros((), dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(function(t), t, create_graph=True)
    return float(torch.autograd.grad(slope, t)[0])


def minimum_distance(trace: Trace, step: int) -> list[float] | None:
    """Take the formula of the lemma."""
    if step == trace.setting.steps:
        return None
    rows = []
    for layer in trace.setting.layers:
        start, now = (weight(trace.steps[index].before, layer).detach().flatten() for index in (0, step))
        apart, size, inner = float((start - now) @ (start - now)), float(now @ now), float(now @ start)
        assert inner > 0
        ray = math.sqrt(max(apart - (size - inner) ** 2 / size, 0.0))
        rows.append([math.sqrt(apart), ray, inner / math.sqrt(size * float(start @ start))])
    return by_name(rows)
