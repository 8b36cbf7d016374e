"""Loss and accuracy on the training batch, before the update."""

from __future__ import annotations

import torch
from torch import Tensor

from bntui.probes.probe import Point, Probe, columns
from bntui.records import Column


class TrainProbe(Probe):
    """`loss`: the criterion of the batch in training mode; `accuracy`: the share that is classified correctly.

    In regression there is only the loss.
    """

    name = "train"
    of_layers = False

    @property
    def columns(self) -> tuple[Column, ...]:
        if not self.setting.classifies:
            return (Column(self.name, "loss"),)
        return (Column(self.name, "loss", unit="nats"), *columns(self.name, ["accuracy"]))

    def measure(self, point: Point) -> Tensor:
        if not self.setting.classifies:
            return point.loss.reshape(1)
        correct = (point.logits.argmax(1) == point.labels).float().mean()
        return torch.stack([point.loss, correct.to(point.loss.dtype)])
