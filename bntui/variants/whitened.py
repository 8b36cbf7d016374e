"""BatchNorm behind whitened inputs, with all of their principal directions or the first ones only."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field
from torch import Tensor

from bntui.data.dataset import Dataset, Split
from bntui.data.principal import principal
from bntui.variants.batch_norm import BatchNorm


class Whitened(BatchNorm):
    """BatchNorm in a network whose inputs are whitened: uncorrelated, of variance 1 over the training set.

    So gradient descent learns all principal directions of the inputs alike, as the convex program of Ergen, Sahiner et
    al. 2021 does. Directions without variance are left out.
    """

    def seen(self, dataset: Dataset) -> Dataset:
        """Return the data set with whitened inputs."""
        return whitened(dataset)


class Truncated(BatchNorm):
    """The same with the inputs' first principal directions only: the regularization that the source makes explicit."""

    directions: Annotated[int, Field(ge=1)] = 4

    def seen(self, dataset: Dataset) -> Dataset:
        """Return the data set with the first directions of its inputs, whitened."""
        return whitened(dataset, self.directions)


def whitened(dataset: Dataset, directions: int | None = None) -> Dataset:
    """Return the data set with inputs V·Σ⁻¹·Vᵀ(x − mean)·√n, from the centred training inputs UΣVᵀ (n, d).

    The inputs keep their shape, and lie along the first principal `directions`; None for all that have variance. The
    result does not depend on the scale of the inputs, so that pixels may be in 0 … 255.
    """
    inputs = dataset.train.images.double().flatten(1)
    mean, _, lengths, rows = principal(inputs)
    rows, lengths = rows[:directions], lengths[:directions]
    matrix = rows.T @ (rows / lengths[:, None]) * len(inputs) ** 0.5

    def mapped(split: Split) -> Split:
        flat: Tensor = (split.images.double().flatten(1) - mean) @ matrix
        return Split(flat.float().view(split.images.shape), split.labels)

    return replace(dataset, train=mapped(dataset.train), test=mapped(dataset.test))
