"""The network of the blog post "Why Does Batch Normalization Work?": normalization after each block's pooling."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import torch
from torch import nn

from bntui.models.dropout import DropoutOptions, dropped
from bntui.models.layers import InputShape, Model, Norm, layer

DEVIATION = 0.1


def build(norm: Norm, input_shape: InputShape, classes: int, dropout: float) -> Iterator[tuple[str, nn.Sequential]]:
    """Yield two blocks of 5×5 convolution without bias, ReLU, 2×2 max-pooling and normalization, and a linear layer."""
    for name, before, after in (("conv1", input_shape.channels, 8), ("conv2", 8, 16)):
        weights = nn.Conv2d(before, after, 5, padding="same", bias=False)
        parts = {"dropout": dropped(dropout), "pool": nn.MaxPool2d(2), "norm": norm(after, 2)}
        yield name, layer(weights=weights, relu=nn.ReLU(), **parts)
    features = 16 * (input_shape.height // 4) * (input_shape.width // 4)
    yield "fc1", layer(flatten=nn.Flatten(), weights=nn.Linear(features, classes))


def initialize(layer: nn.Module, name: str, generator: Callable[[str], torch.Generator]) -> None:
    """Draw convolutions and normalization weights ~ N(0, 0.1²), linear ~ N(0, 1/inputs); set biases to zero."""
    for role, parameter in layer.named_parameters():
        if role.endswith("bias"):
            nn.init.zeros_(parameter)
        elif role.startswith("norm"):
            nn.init.normal_(parameter, 0.0, DEVIATION, generator=generator("norm"))
        else:
            deviation = 1 / math.sqrt(parameter.shape[1]) if parameter.dim() == 2 else DEVIATION
            nn.init.normal_(parameter, 0.0, deviation, generator=generator("weights"))


BLOG_CNN = Model(
    build=build, initialize=initialize, input_shape=InputShape(1, 28, 28), halvings=2, Options=DropoutOptions
)
