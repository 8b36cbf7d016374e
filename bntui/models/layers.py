"""Networks as sequences of named layers, and layers as sequences of named parts.

Every layer has `weights`, a convolution or linear module. A hidden layer also has `norm`, the site of the variant's
layer.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from bntui.records import UserError
from bntui.seeding import random_key
from bntui.spec_values import Strict

Norm = Callable[[int, int], nn.Module]
"""(channels, dims) → the module for the network's next normalization site."""

Initialize = Callable[[nn.Module, str, Callable[[str], torch.Generator]], None]
"""(layer, name, role → generator): draws a layer's weights, from one generator per role, such as 'weights'."""


class InputShape(NamedTuple):
    """The shape of one input, (channels, height, width)."""

    channels: int
    height: int
    width: int

    @property
    def features(self) -> int:
        """The number of values of one input."""
        return self.channels * self.height * self.width

    def __str__(self) -> str:
        return f"{self.height}×{self.width}×{self.channels}"


@dataclass(frozen=True, slots=True)
class Model:
    """The definition of a network.

    `build(norm, input_shape, classes, **options)` yields its layers by name, for the fields of `Options`, each with a
    default; `initialize` draws one layer's weights; `input_shape` is the shape it is designed for; `halvings` is how
    many times it halves height and width, which limits the size of inputs; `criterion` is the loss, (network output,
    labels) → scalar. `summed` is true where the loss is a sum over the batch, not a mean; `regression` where labels are
    vectors, not classes. `undecayed` are the names of parameters without weight decay. `convex` is true where training
    with weight decay is equivalent to a convex program, `normalizes` false for a network without normalization sites.
    """

    build: Callable[..., Iterable[tuple[str, nn.Sequential]]]
    initialize: Initialize
    input_shape: InputShape
    halvings: int
    criterion: Callable[[Tensor, Tensor], Tensor] = functional.cross_entropy
    summed: bool = False
    regression: bool = False
    Options: type[Strict] = Strict
    undecayed: tuple[str, ...] = ()
    convex: bool = False
    normalizes: bool = True


def assemble(
    model: Model,
    name: str,
    norm: Norm,
    input_shape: InputShape,
    classes: int,
    seed: int,
    options: Mapping[str, Any] | None = None,
) -> nn.Sequential:
    """Return a network on the CPU, with weights drawn from keys of the seed, the layer and the role.

    `options` are valid ones of the network. Weights of equal role and shape are equal in all variants. Raises UserError
    where inputs of this shape are too small for the network's pooling.
    """
    least = 2**model.halvings
    if min(input_shape.height, input_shape.width) < least:
        raise UserError(f"network {name} needs images of at least {least}×{least}; these are {input_shape}")
    # PyTorch's own initialization, which is overwritten here, draws from the global generator.
    with torch.random.fork_rng(devices=[]):
        built = model.build(norm, input_shape, classes, **dict(model.Options(**(options or {}))))
        layers: OrderedDict[str, nn.Module] = OrderedDict(built)
    for layer_name, layer in layers.items():
        model.initialize(layer, layer_name, _generators(seed, layer_name))
    return nn.Sequential(layers)


def _generators(seed: int, layer: str) -> Callable[[str], torch.Generator]:
    return lambda role: torch.Generator().manual_seed(random_key(seed, "weights", layer, role))


def layer(**parts: nn.Module | None) -> nn.Sequential:
    """Return a layer of the given parts, in order, without those that are None."""
    return nn.Sequential(present(**parts))


def present(**parts: nn.Module | None) -> OrderedDict[str, nn.Module]:
    """Return the parts that are not None, in order."""
    return OrderedDict((name, part) for name, part in parts.items() if part is not None)


def hidden(network: nn.Sequential) -> dict[str, nn.Sequential]:
    """Return the layers that have a normalization site, by name, first to last."""
    return {
        name: part
        for name, part in network.named_children()
        if isinstance(part, nn.Sequential) and hasattr(part, "norm")
    }


def preactivation(layer: nn.Module) -> nn.Module:
    """Return the part of a hidden layer after which its nonlinearity comes: the normalization site, or what follows.

    Probes observe its output. A layer that adds a shortcut has the part `shortcut` between the two.
    """
    return layer.get_submodule("shortcut" if hasattr(layer, "shortcut") else "norm")


def scale_free(network: nn.Sequential) -> list[nn.Parameter]:
    """Return the weights of the layers that have a normalization site, first to last."""
    return [layer.get_submodule("weights").get_parameter("weight") for layer in hidden(network).values()]


def glorot(layer: nn.Module, name: str, generator: Callable[[str], torch.Generator]) -> None:
    """Draw Glorot-uniform weights and set biases to zero; normalization layers keep PyTorch's 1 and 0."""
    weights = layer.get_submodule("weights")
    nn.init.xavier_uniform_(weights.get_parameter("weight"), generator=generator("weights"))
    if getattr(weights, "bias", None) is not None:
        nn.init.zeros_(weights.get_parameter("bias"))
