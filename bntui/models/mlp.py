"""Networks of linear layers: the sigmoid network of Ioffe & Szegedy 2015 (section 4.1), and a small one of ReLUs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import nn

from bntui.models.layers import InputShape, Model, Norm, glorot, layer

HIDDEN = 3
DEVIATION = 0.1


def mlp(width: int, nonlinearity: type[nn.Sigmoid | nn.ReLU]) -> Callable[..., Iterator[tuple[str, nn.Sequential]]]:
    """Return `build` for three linear layers of `width` units, each normalized before its nonlinearity, and an output.

    The part with the nonlinearity has its name in small letters.
    """

    def build(norm: Norm, input_shape: InputShape, classes: int) -> Iterator[tuple[str, nn.Sequential]]:
        features = input_shape.channels * input_shape.height * input_shape.width
        for number in range(1, HIDDEN + 1):
            flatten = nn.Flatten() if number == 1 else None
            parts = {"weights": nn.Linear(features, width), "norm": norm(width, 1)}
            yield f"fc{number}", layer(flatten=flatten, **parts, **{nonlinearity.__name__.lower(): nonlinearity()})
            features = width
        yield f"fc{HIDDEN + 1}", layer(weights=nn.Linear(features, classes))

    return build


def small_gaussian(layer: nn.Module, name: str, generator: Callable[[str], torch.Generator]) -> None:
    """Draw weights ~ N(0, 0.1²) and set biases to zero; the paper says only "small random Gaussian values"."""
    weights = layer.get_submodule("weights")
    nn.init.normal_(weights.get_parameter("weight"), 0.0, DEVIATION, generator=generator("weights"))
    nn.init.zeros_(weights.get_parameter("bias"))


SIGMOID_MLP = Model(
    build=mlp(100, nn.Sigmoid), initialize=small_gaussian, input_shape=InputShape(1, 28, 28), halvings=0
)
RELU_MLP = Model(build=mlp(64, nn.ReLU), initialize=glorot, input_shape=InputShape(1, 8, 8), halvings=0)
