"""Loss and accuracy of the training batch, before the update."""

from __future__ import annotations

import torch
from torch import Tensor

from bntui.probes.probe import Point, Probe, columns
from bntui.records import Column


class TrainProbe(Probe):
    """`loss`: the criterion of the batch in training mode; `accuracy`: the share classified rightly.

    A network that has no classes to tell apart has a loss only.
    """

    name = "train"

    @property
    def columns(self) -> tuple[Column, ...]:
        """Loss and, where labels are classes, accuracy."""
        if not self.setting.classifies:
            return (Column(self.name, "loss"),)
        return (Column(self.name, "loss", unit="nats"), *columns(self.name, ["accuracy"]))

    def measure(self, point: Point) -> Tensor:
        """See the class."""
        if not self.setting.classifies:
            return point.loss.reshape(1)
        right = (point.logits.argmax(1) == point.labels).float().mean()
        return torch.stack([point.loss, right.to(point.loss.dtype)])
