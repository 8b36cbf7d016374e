"""The sigmoid network of Ioffe & Szegedy 2015 (section 4.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import nn

from bntui.models.layers import InputShape, Model, Norm, layer

WIDTH = 100
HIDDEN = 3
DEVIATION = 0.1


def build(norm: Norm, input_shape: InputShape, classes: int) -> Iterator[tuple[str, nn.Sequential]]:
    """Yield three linear layers of 100 units, each normalized before its sigmoid, and one for the classes."""
    features = input_shape.channels * input_shape.height * input_shape.width
    for number in range(1, HIDDEN + 1):
        flatten = nn.Flatten() if number == 1 else None
        weights = nn.Linear(features, WIDTH)
        yield f"fc{number}", layer(flatten=flatten, weights=weights, norm=norm(WIDTH, 1), sigmoid=nn.Sigmoid())
        features = WIDTH
    yield f"fc{HIDDEN + 1}", layer(weights=nn.Linear(features, classes))


def initialize(layer: nn.Module, name: str, generator: Callable[[str], torch.Generator]) -> None:
    """Draw weights ~ N(0, 0.1²) and set biases to zero; the paper says only "small random Gaussian values"."""
    weights = layer.get_submodule("weights")
    nn.init.normal_(weights.get_parameter("weight"), 0.0, DEVIATION, generator=generator("weights"))
    nn.init.zeros_(weights.get_parameter("bias"))


SIGMOID_MLP = Model(build=build, initialize=initialize, input_shape=InputShape(1, 28, 28), halvings=0)
