"""The base class of variants, and the site at which a network takes a normalization layer."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field
from torch import nn

from bntui.data.dataset import Dataset
from bntui.spec import NoiseSpec
from bntui.spec_values import Strict

Epsilon = Annotated[float, Field(gt=0, allow_inf_nan=False)]
"""Added to what a layer divides by, or to the variance under its root."""

Momentum = Annotated[float, Field(ge=0, le=1)]
"""Weight of the newest batch in running statistics, as in PyTorch."""


@dataclass(frozen=True, slots=True)
class NormSite:
    """Where a normalization layer goes: its number of channels, and 1 (linear) or 2 (convolution) dimensions.

    `position` counts the network's sites from 0.
    """

    channels: int
    dims: int
    position: int


class Variant(Strict):
    """One kind of normalization.

    The fields of a subclass are the options that a preset may give beside `name`, `kind`, `lr`, `seed`, `gain` and
    `optimizer`;
    each needs a default.
    """

    true_gradient: ClassVar[bool] = True
    """False where layers hold statistics back from the gradient, which then is not that of the loss."""

    unit_weights: ClassVar[bool] = False
    """True to rescale the weights before each site, at the start and after each update, to unit length per channel."""

    def seen(self, dataset: Dataset) -> Dataset:
        """Return the data set as the network sees it, of the same shapes; the same object where that is all of it."""
        return dataset

    @abstractmethod
    def layer(self, site: NormSite, noise: NoiseSpec) -> nn.Module:
        """Return the module for a site; its input and output have the same shape (batch, channels, …).

        Raises UserError where an option does not suit the site.
        """
