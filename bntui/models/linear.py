"""Linear functions without normalization, one for each of several step sizes: the model of Zou et al. 2021."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor, nn

from bntui.models.layers import InputShape, Model, Norm, layer
from bntui.spec_values import Strict


class StepSizeOptions(Strict):
    """`step_sizes` counts the step sizes: the optimizer's, and each one smaller by √2 than the one before it."""

    step_sizes: Annotated[int, Field(ge=1, le=1000)] = 16


def build(norm: Norm, input_shape: InputShape, classes: int, step_sizes: int) -> Iterator[tuple[str, nn.Sequential]]:
    """Yield one layer without bias: the linear functions of all targets for the first step size, the second, …"""
    weights = nn.Linear(input_shape.features, step_sizes * classes, bias=False)
    yield "fc1", layer(flatten=nn.Flatten(), weights=weights)


def zeros(layer: nn.Module, name: str, generator: Callable[[str], torch.Generator]) -> None:
    """Set the weights to zero, at which the source begins."""
    nn.init.zeros_(layer.get_submodule("weights").get_parameter("weight"))


def weighted_squares(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return ½Σ over functions of c·(output − target)², c = 2^(−k/2) for step size k = 0, 1, …; the mean over samples.

    `outputs` are (batch, step sizes · targets). The factor c of a function's loss is that of its step size: no other
    function depends on its weights.
    """
    errors = outputs.unflatten(1, (-1, targets.shape[1])) - targets.unsqueeze(1)
    factors = torch.arange(errors.shape[1], device=errors.device, dtype=errors.dtype).mul(-0.5).exp2()
    weighted: Tensor = errors.square().sum(2) @ factors
    return weighted.mean() / 2


LINEAR = Model(
    build=build,
    initialize=zeros,
    input_shape=InputShape(200, 1, 1),
    halvings=0,
    criterion=weighted_squares,
    regression=True,
    Options=StepSizeOptions,
    normalizes=False,
)
