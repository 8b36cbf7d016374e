"""BatchNorm whose weights are rescaled to unit length."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import normalize

from bntui.variants.batch_norm import BatchNorm


class WeightRescaling(BatchNorm):
    """BatchNorm, and w ← w/‖w‖₂ per output channel of the layers before it (Liu et al. 2021).

    The output of BatchNorm does not depend on the length of these weights, but the size of a step relative to it does.
    The source does not say whether w is a channel or a layer; here it is a channel, which is by itself scale-free.
    """

    unit_weights: ClassVar[bool] = True


@torch.no_grad()
def rescale(weights: Iterable[Tensor]) -> None:
    """Divide the weights (channels, …) of each layer, in place, by the length of each channel."""
    for weight in weights:
        weight.copy_(normalize(weight.flatten(1), dim=1).view_as(weight))
