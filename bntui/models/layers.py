"""Networks are a sequence of named layers, and a layer is a sequence of named parts.

Every layer has its `weights` (a convolution or linear module); a hidden layer also has `norm`, the place that
variants fill, whose output is what moments are measured on.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from bntui.records import UserError
from bntui.seeding import random_key

Norm = Callable[[int, int], nn.Module]
"""(channels, dims) → the module for the next place for normalization."""

Initialize = Callable[[nn.Module, str, Callable[[str], torch.Generator]], None]
"""(a layer, its name, role → generator): sets the layer's weights; roles such as 'weights' name what is drawn."""


@dataclass(frozen=True, slots=True)
class InputShape:
    """The shape of one input, (channels, height, width)."""

    channels: int
    height: int
    width: int

    def __str__(self) -> str:
        return f"{self.height}×{self.width}×{self.channels}"


@dataclass(frozen=True, slots=True)
class Model:
    """A network's recipe.

    `build(norm, picture, classes)` gives its layers by name; `initialize` draws one layer's weights; `picture` is
    what it was designed for; `halvings` is how often it halves height and width, which says what fits;
    `criterion` is the loss, (network output, labels) → scalar; `summed` says that it is the sum over the batch,
    not the mean; `regression` that labels are vectors of numbers, not classes.
    """

    build: Callable[[Norm, InputShape, int], Iterable[tuple[str, nn.Sequential]]]
    initialize: Initialize
    input_shape: InputShape
    halvings: int
    criterion: Callable[[Tensor, Tensor], Tensor] = functional.cross_entropy
    summed: bool = False
    regression: bool = False


def assemble(model: Model, name: str, norm: Norm, input_shape: InputShape, classes: int, seed: int) -> nn.Sequential:
    """A network on the CPU, its weights drawn from keys of the seed, the layer and the role.

    Weights of equal role and shape are therefore equal in all variants. Raises UserError where a picture of
    this size does not survive the network's pooling.
    """
    least = 2**model.halvings
    if min(input_shape.height, input_shape.width) < least:
        raise UserError(f"network {name} needs images of at least {least}×{least}; these are {input_shape}")
    # PyTorch's own initialization, which is overwritten, draws from the global generator.
    with torch.random.fork_rng(devices=[]):
        layers: OrderedDict[str, nn.Module] = OrderedDict(model.build(norm, input_shape, classes))
    for layer_name, layer in layers.items():
        model.initialize(layer, layer_name, _generators(seed, layer_name))
    return nn.Sequential(layers)


def _generators(seed: int, layer: str) -> Callable[[str], torch.Generator]:
    return lambda role: torch.Generator().manual_seed(random_key(seed, "weights", layer, role))


def layer(**parts: nn.Module | None) -> nn.Sequential:
    """A layer of the given parts, in order; those that are None are left out."""
    return nn.Sequential(OrderedDict((name, part) for name, part in parts.items() if part is not None))


def hidden(network: nn.Sequential) -> dict[str, nn.Sequential]:
    """The layers that have a place for normalization, by name, first to last."""
    return {
        name: part
        for name, part in network.named_children()
        if isinstance(part, nn.Sequential) and hasattr(part, "norm")
    }


def glorot(layer: nn.Module, name: str, generator: Callable[[str], torch.Generator]) -> None:
    """Glorot-uniform weights, zero bias; normalization layers as PyTorch starts them (1 and 0)."""
    weights = layer.get_submodule("weights")
    nn.init.xavier_uniform_(weights.get_parameter("weight"), generator=generator("weights"))
    if getattr(weights, "bias", None) is not None:
        nn.init.zeros_(weights.get_parameter("bias"))
