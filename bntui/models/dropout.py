"""Dropout whose mask is drawn once per step, as an option of networks."""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor, nn

from bntui.spec_values import Strict
from bntui.variants.noise import Noise, Sample


class DropoutOptions(Strict):
    """`dropout`: the probability with which an activation after a hidden nonlinearity is set to zero."""

    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0


class Dropout(Noise):
    """a ← a·k/(1 − p), where each element of k is 0 with probability p, else 1; in evaluation mode a stays.

    All passes of a step apply the same mask, which depends on the seed, the layer and the step, not on the variant.
    """

    role = "dropout"

    def __init__(self, probability: float) -> None:
        super().__init__(evaluation=False)
        self.probability = probability

    def draw(self, like: Tensor, generator: torch.Generator) -> Sample:
        """Return the factors of activations like `like`, (batch, units, …), in float32 on its device."""
        kept = torch.empty(like.shape, device=like.device).bernoulli_(1 - self.probability, generator=generator)
        return Sample(kept / (1 - self.probability), None)


def dropped(probability: float) -> nn.Module | None:
    """Return dropout; None where the probability is 0, so that such a network is the same as one without it."""
    return Dropout(probability) if probability else None
