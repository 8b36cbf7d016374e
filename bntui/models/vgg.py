"""VGG-A for images of 32×32 (Santurkar et al. 2018), and a small network of the same structure for 28×28."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from torch import nn

from bntui.models.dropout import DropoutOptions, dropped
from bntui.models.layers import InputShape, Model, Norm, glorot, layer

POOL = 0


def vgg(plan: Sequence[int], linear: Sequence[int]) -> Callable[..., Iterator[tuple[str, nn.Sequential]]]:
    """Return `build` for 3×3 convolutions with the plan's channels, 2×2 max-pooling at each POOL, and linear layers."""

    def build(norm: Norm, input_shape: InputShape, classes: int, dropout: float) -> Iterator[tuple[str, nn.Sequential]]:
        channels, number = input_shape.channels, 0
        for index, width in enumerate(plan):
            if width == POOL:
                continue
            number += 1
            pool = nn.MaxPool2d(2) if plan[index + 1 : index + 2] == [POOL] else None
            parts = {"weights": nn.Conv2d(channels, width, 3, padding=1), "norm": norm(width, 2), "relu": nn.ReLU()}
            yield f"conv{number}", layer(**parts, dropout=dropped(dropout), pool=pool)
            channels = width
        halved = 2 ** list(plan).count(POOL)
        features = channels * (input_shape.height // halved) * (input_shape.width // halved)
        for number, width in enumerate(linear, start=1):
            flatten = nn.Flatten() if number == 1 else None
            parts = {"weights": nn.Linear(features, width), "norm": norm(width, 1), "relu": nn.ReLU()}
            yield f"fc{number}", layer(flatten=flatten, **parts, dropout=dropped(dropout))
            features = width
        yield f"fc{len(linear) + 1}", layer(weights=nn.Linear(features, classes))

    return build


P = POOL
VGG = Model(
    build=vgg([64, P, 128, P, 256, 256, P, 512, 512, P, 512, 512, P], [512, 512]),
    initialize=glorot,
    input_shape=InputShape(3, 32, 32),
    halvings=5,
    Options=DropoutOptions,
)
VGG_MINI = Model(
    build=vgg([8, 8, P, 16, 16, P, 32, 32, P], [64]),
    initialize=glorot,
    input_shape=InputShape(1, 28, 28),
    halvings=3,
    Options=DropoutOptions,
)
