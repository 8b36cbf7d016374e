"""The training set on a device, and its order."""

from __future__ import annotations

import torch
from torch import Tensor

from bntui.data.dataset import Dataset, Split
from bntui.records import UserError
from bntui.seeding import random_key


def scaled(images: Tensor) -> Tensor:
    """Return uint8 images as floats in [0, 1], same shape; return floats unchanged."""
    return images if images.is_floating_point() else images.float().div_(255)


class Batches:
    """The batch of each step, a function of the seed and the step; an epoch's last, partial batch is dropped."""

    def __init__(self, dataset: Dataset, batch_size: int, seed: int, device: torch.device) -> None:
        count = len(dataset.train.labels)
        if batch_size > count:
            raise UserError(f"batch_size = {batch_size}: {dataset.name} has {count} training samples")
        self.train = Split(dataset.train.images.to(device), dataset.train.labels.to(device))
        self.per_epoch = count // batch_size
        self._size = batch_size
        self._seed = seed
        self._epoch = -1
        self._order = torch.empty(0)

    def at(self, step: int) -> tuple[Tensor, Tensor]:
        """Return a step's images (batch, c, h, w) in [0, 1], and its labels (batch,) or targets (batch, outputs)."""
        epoch, index = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            self._order = self._shuffled(epoch)
            self._epoch = epoch
        chosen = self._order[index * self._size : (index + 1) * self._size]
        return scaled(self.train.images.index_select(0, chosen)), self.train.labels.index_select(0, chosen)

    def _shuffled(self, epoch: int) -> Tensor:
        generator = torch.Generator().manual_seed(random_key(self._seed, "order", epoch))
        labels = self.train.labels
        return torch.randperm(len(labels), generator=generator).to(labels.device)
