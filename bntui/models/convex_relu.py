"""The two-layer network of Ergen, Sahiner et al. 2021, whose training with weight decay equals a convex program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from torch import Tensor, nn

from bntui.models.dln import squared_distance
from bntui.models.layers import InputShape, Model, Norm, glorot, layer
from bntui.spec_values import Strict


class NeuronOptions(Strict):
    """`neurons` counts the ReLUs of the hidden layer."""

    neurons: Annotated[int, Field(ge=1, le=10_000)] = 8


def build(norm: Norm, input_shape: InputShape, classes: int, neurons: int) -> Iterator[tuple[str, nn.Sequential]]:
    """Yield a hidden layer of ReLUs, normalized before them, and an output; neither has a bias of its own."""
    weights = nn.Linear(input_shape.features, neurons, bias=False)
    yield "fc1", layer(flatten=nn.Flatten(), weights=weights, norm=norm(neurons, 1), relu=nn.ReLU())
    yield "fc2", layer(weights=nn.Linear(neurons, classes, bias=False))


def half_squared_distance(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return ½Σ over samples of ‖output − target‖²; both are (batch, outputs)."""
    return squared_distance(outputs, targets) / 2


CONVEX_RELU = Model(
    build=build,
    initialize=glorot,
    input_shape=InputShape(20, 1, 1),
    halvings=0,
    criterion=half_squared_distance,
    summed=True,
    regression=True,
    Options=NeuronOptions,
    # BatchNorm makes their length meaningless, so the source's objective does not count it.
    undecayed=("fc1.weights.weight",),
    convex=True,
)
