"""How the network does on the test set, in evaluation mode."""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor

from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column

CHUNK = 1000


class TestProbe(Probe):
    """`accuracy`: the share of the test set classified rightly, by the weights before the step's update.

    Running statistics normalize; noise stays on where the preset says so. At the end of a run the final
    weights are measured, as step = the run's steps. A network that has no classes to tell apart has `loss` instead:
    the criterion of the samples.
    """

    __test__ = False  # the name is not a test case's

    class Options(ProbeOptions):
        """`samples`: how many of the test set's first samples to take; 0 takes all of them."""

        every: Every = 100
        samples: Annotated[int, Field(ge=0)] = 0

    name = "test"
    at_end = True

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        samples = options.samples or len(setting.test_labels)
        self.images = setting.test_images[:samples]
        self.labels = setting.test_labels[:samples]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Accuracy, or the loss where labels are not classes."""
        return tuple(columns(self.name, ["accuracy" if self.setting.classifies else "loss"]))

    @torch.no_grad()
    def measure(self, point: Point) -> Tensor:
        """See the class."""
        training = point.network.training
        point.network.eval()
        try:
            return (self._accuracy(point) if self.setting.classifies else self._loss(point)).reshape(1)
        finally:
            point.network.train(training)

    def _accuracy(self, point: Point) -> Tensor:
        right = [
            (point.network(self.setting.scaled(images)).argmax(1) == labels).sum()
            for images, labels in zip(self.images.split(CHUNK), self.labels.split(CHUNK), strict=True)
        ]
        return torch.stack(right).sum().float() / len(self.labels)

    def _loss(self, point: Point) -> Tensor:
        return point.criterion(point.network(self.setting.scaled(self.images)), self.labels)
