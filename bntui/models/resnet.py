"""Residual networks of 6n + 2 layers (He et al. 2016, section 4.2), with shortcuts without weights.

A block computes relu(norm(W₂ relu(norm(W₁ x))) + x): each of its two convolutions is a layer of the network. Between
them the network carries x beside the activations, joined along channels, so that it remains a sequence of layers.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from itertools import count
from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn.functional import pad

from bntui.models.dropout import DropoutOptions, dropped
from bntui.models.layers import InputShape, Model, Norm, glorot, layer, present


class ResnetOptions(DropoutOptions):
    """`n` counts the blocks of each of the three stages; the network has 6n + 2 layers."""

    n: Annotated[int, Field(ge=1, le=200)] = 3


class Opening(nn.Sequential):
    """The first layer of a block: (batch, c, h, w) → its activations and its input, joined along channels.

    Of the input it keeps the positions that its convolution has outputs for.
    """

    weights: nn.Conv2d

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the joined activations and input, (batch, outputs + c, height, width)."""
        activations: Tensor = super().forward(inputs)  # type: ignore[no-untyped-call]
        down, across = self.weights.stride
        return torch.cat([activations, inputs[..., ::down, ::across]], dim=1)


class Shortcut(nn.Module):
    """Adds a block's input, with zeros for the channels that it lacks."""

    def forward(self, values: Tensor, shortcut: Tensor) -> Tensor:
        """Return the sum, in the shape of the values, (batch, channels, height, width)."""
        return values + pad(shortcut, (0, 0, 0, 0, 0, values.shape[1] - shortcut.shape[1]))


class Closing(nn.Sequential):
    """The second layer of a block: adds the block's input before the nonlinearity."""

    weights: nn.Conv2d

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the block's output, (batch, channels, height, width), of an opening layer's output."""
        channels = self.weights.in_channels
        values: Tensor
        values, shortcut = inputs.split([channels, inputs.shape[1] - channels], dim=1)
        for part in self:
            values = part(values, shortcut) if isinstance(part, Shortcut) else part(values)
        return values


def resnet(*widths: int) -> Callable[..., Iterator[tuple[str, nn.Sequential]]]:
    """Return `build` for stages of `widths` channels: all but the first begin with a convolution of stride 2."""

    def build(
        norm: Norm, input_shape: InputShape, classes: int, n: int, dropout: float
    ) -> Iterator[tuple[str, nn.Sequential]]:
        names = (f"conv{number}" for number in count(1))

        def parts(before: int, after: int, stride: int = 1, **added: nn.Module) -> OrderedDict[str, nn.Module]:
            weights = nn.Conv2d(before, after, 3, stride, padding=1, bias=False)
            return present(weights=weights, norm=norm(after, 2), **added, relu=nn.ReLU(), dropout=dropped(dropout))

        channels = widths[0]
        yield next(names), nn.Sequential(parts(input_shape.channels, channels))
        for stage, width in enumerate(widths):
            for block in range(n):
                yield next(names), Opening(parts(channels, width, stride=2 if stage and not block else 1))
                yield next(names), Closing(parts(width, width, shortcut=Shortcut()))
                channels = width
        yield "fc1", layer(pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), weights=nn.Linear(channels, classes))

    return build


RESNET = Model(
    build=resnet(16, 32, 64), initialize=glorot, input_shape=InputShape(3, 32, 32), halvings=2, Options=ResnetOptions
)
RESNET_MINI = Model(
    build=resnet(8, 16, 32), initialize=glorot, input_shape=InputShape(1, 8, 8), halvings=2, Options=ResnetOptions
)
