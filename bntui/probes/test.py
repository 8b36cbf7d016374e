"""Accuracy on the test set, in evaluation mode."""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor

from bntui.probes.base import Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column

CHUNK = 1000


class TestProbe(Probe):
    """`accuracy`: the share of the test set classified rightly, by the weights before the step's update.

    Running statistics normalize; noise stays on where the preset says so. At the end of a run the final
    weights are measured, as step = the run's steps.
    """

    __test__ = False  # the name is not a test case's

    class Options(ProbeOptions):
        """`samples`: how many of the test set's first samples to take; 0 takes all of them."""

        every: Annotated[int, Field(ge=0)] = 100
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
        """Accuracy alone."""
        return tuple(columns(self.name, ["accuracy"]))

    @torch.no_grad()
    def measure(self, point: Point) -> Tensor:
        """See the class."""
        training = point.network.training
        point.network.eval()
        try:
            right = [
                (point.network(self.setting.scaled(images)).argmax(1) == labels).sum()
                for images, labels in zip(self.images.split(CHUNK), self.labels.split(CHUNK), strict=True)
            ]
        finally:
            point.network.train(training)
        return (torch.stack(right).sum().float() / len(self.labels)).reshape(1)
