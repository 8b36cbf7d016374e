"""A data set in memory: two splits of pictures and labels, on the CPU until the trainer moves them."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, eq=False)
class Split:
    """`images` uint8 (n, channels, height, width) and `labels` int64 (n,), both on the CPU.

    In a set for regression both are float32, and `labels` are the vectors (n, classes) to come close to.
    """

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A named set of pictures of `classes` kinds; the labels are 0 … classes − 1 in both splits.

    In a set for regression, `classes` is how many numbers there are to predict.
    """

    name: str
    classes: int
    train: Split
    test: Split

    @property
    def picture(self) -> tuple[int, int, int]:
        """(channels, height, width) of every picture."""
        _, channels, height, width = self.train.images.shape
        return channels, height, width
