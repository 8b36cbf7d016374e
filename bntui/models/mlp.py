"""Networks of linear layers: the sigmoid network of Ioffe & Szegedy 2015 (section 4.1), and a small one of ReLUs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated

import torch
from pydantic import Field
from torch import nn

from bntui.models.dropout import DropoutOptions, dropped
from bntui.models.layers import InputShape, Model, Norm, glorot, layer

DEVIATION = 0.1


class DepthOptions(DropoutOptions):
    """`depth` counts the hidden layers, `width` the units of each."""

    depth: Annotated[int, Field(ge=1, le=1000)] = 3
    width: Annotated[int, Field(ge=1, le=10_000)] = 64


def build(
    nonlinearity: type[nn.Sigmoid | nn.ReLU],
    norm: Norm,
    input_shape: InputShape,
    classes: int,
    depth: int,
    width: int,
    dropout: float,
) -> Iterator[tuple[str, nn.Sequential]]:
    """Yield `depth` linear layers of `width` units, each normalized before its nonlinearity, and the last one.

    That has neither. The part with the nonlinearity has its name in small letters.
    """
    features = input_shape.features
    for number in range(1, depth + 1):
        flatten = nn.Flatten() if number == 1 else None
        parts = {"weights": nn.Linear(features, width), "norm": norm(width, 1)}
        parts[nonlinearity.__name__.lower()] = nonlinearity()
        yield f"fc{number}", layer(flatten=flatten, **parts, dropout=dropped(dropout))
        features = width
    yield f"fc{depth + 1}", layer(weights=nn.Linear(features, classes))


def small_gaussian(layer: nn.Module, name: str, generator: Callable[[str], torch.Generator]) -> None:
    """Draw weights ~ N(0, 0.1²) and set biases to zero; the paper says only "small random Gaussian values"."""
    weights = layer.get_submodule("weights")
    nn.init.normal_(weights.get_parameter("weight"), 0.0, DEVIATION, generator=generator("weights"))
    nn.init.zeros_(weights.get_parameter("bias"))


SIGMOID_MLP = Model(
    build=partial(build, nn.Sigmoid, depth=3, width=100),
    initialize=small_gaussian,
    input_shape=InputShape(1, 28, 28),
    halvings=0,
    Options=DropoutOptions,
)
RELU_MLP = Model(
    build=partial(build, nn.ReLU), initialize=glorot, input_shape=InputShape(1, 8, 8), halvings=0, Options=DepthOptions
)
