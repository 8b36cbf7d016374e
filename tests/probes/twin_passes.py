"""Passes of a trace's networks in float64, and values of layers in the order of columns, for the twins of probes."""

from __future__ import annotations

import copy
from collections.abc import Callable

from torch import Tensor, nn

from tests.probes.trace import Step, Trace

Twin = Callable[[Trace, int], list[float] | None]


def backward(trace: Trace, at: Step, network: nn.Sequential) -> tuple[float, nn.Sequential]:
    """Return the loss on the step's batch, and the network with its gradient."""
    network.train()
    network.zero_grad()
    loss = trace.criterion(network(at.images.double()), exact(at.labels))
    loss.backward()
    return loss.item(), network


def exact(labels: Tensor) -> Tensor:
    """Return classes unchanged, vectors in float64."""
    return labels.double() if labels.is_floating_point() else labels


def fresh(network: nn.Sequential) -> nn.Sequential:
    return copy.deepcopy(network)


def by_name(rows: list[list[float]]) -> list[float]:
    """Return the values of one row per layer in the order of columns: all layers of a name, then the next name."""
    return [value for name in zip(*rows, strict=True) for value in name]


def weight(network: nn.Sequential, layer: str) -> nn.Parameter:
    return network.get_submodule(layer).get_submodule("weights").get_parameter("weight")


def batchnorm(layer: nn.Module) -> nn.Module | None:
    return next((module for module in layer.modules() if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d)), None)
