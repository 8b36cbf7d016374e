"""The deep linear network of Santurkar et al. 2018: a product of 25 matrices, fitted to one matrix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from torch import Tensor, nn

from bntui.models.layers import InputShape, Model, Norm, glorot, layer
from bntui.spec_values import Strict


class DepthOptions(Strict):
    """`depth` counts the layers."""

    depth: Annotated[int, Field(ge=2, le=1000)] = 25


def build(norm: Norm, input_shape: InputShape, classes: int, depth: int) -> Iterator[tuple[str, nn.Sequential]]:
    """Yield `depth` linear layers without bias or nonlinearity; all but the last have as many outputs as inputs."""
    features = input_shape.features
    for number in range(1, depth):
        flatten = nn.Flatten() if number == 1 else None
        weights = nn.Linear(features, features, bias=False)
        yield f"fc{number}", layer(flatten=flatten, weights=weights, norm=norm(features, 1))
    yield f"fc{depth}", layer(weights=nn.Linear(features, classes, bias=False))


def squared_distance(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return Σ over samples of ‖output − target‖²; both are (batch, outputs)."""
    return (outputs - targets).square().sum()


DLN = Model(
    build=build,
    initialize=glorot,
    input_shape=InputShape(10, 1, 1),
    halvings=0,
    criterion=squared_distance,
    summed=True,
    regression=True,
    Options=DepthOptions,
)
