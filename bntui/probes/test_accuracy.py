"""Accuracy, or loss, on the test set."""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor

from bntui.data.stratified import stratified
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column

CHUNK = 1000
"""Images in one forward pass."""


class TestProbe(Probe):
    """`accuracy`: the share of the test set that is classified correctly, after as many updates as the step says.

    The network is in evaluation mode: running statistics normalize, those of the batches of these updates, and noise is
    on where `noise.evaluation` is. After the last update the final network is measured, as step = the run's steps. In
    regression there is `loss` instead, the criterion of the samples.
    """

    __test__ = False  # not a test case for pytest

    class Options(ProbeOptions):
        """`samples`: the number of samples to use, of every class in proportion and the same in all runs; 0 for all."""

        every: Every = 100
        samples: Annotated[int, Field(ge=0)] = 0

    name = "test"
    of_layers = False
    at_end = True

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self.images, self.labels = setting.test_images, setting.test_labels
        if 0 < options.samples < len(self.labels):
            chosen = stratified(self.labels, options.samples)
            self.images, self.labels = self.images[chosen], self.labels[chosen]

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["accuracy" if self.setting.classifies else "loss"]))

    @torch.no_grad()
    def measure(self, point: Point) -> Tensor:
        training = point.network.training
        point.network.eval()
        try:
            return (self._accuracy(point) if self.setting.classifies else self._loss(point)).reshape(1)
        finally:
            point.network.train(training)

    def _accuracy(self, point: Point) -> Tensor:
        correct = [
            (point.network(self.setting.scaled(images)).argmax(1) == labels).sum()
            for images, labels in zip(self.images.split(CHUNK), self.labels.split(CHUNK), strict=True)
        ]
        return torch.stack(correct).sum().float() / len(self.labels)

    def _loss(self, point: Point) -> Tensor:
        return point.criterion(point.network(self.setting.scaled(self.images)), self.labels)
