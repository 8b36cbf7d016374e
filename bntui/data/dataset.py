"""A data set in memory: two splits of images and labels."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, eq=False)
class Split:
    """`images` uint8 (n, channels, height, width) and `labels` int64 (n,), on the CPU as loaded.

    In a data set for regression both are float32, and `labels` are the target vectors (n, outputs).
    """

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A named set of images; the labels are 0 … classes − 1 in both splits.

    In a data set for regression, `classes` is the length of the target vectors.
    """

    name: str
    classes: int
    train: Split
    test: Split

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of every image."""
        _, channels, height, width = self.train.images.shape
        return channels, height, width
