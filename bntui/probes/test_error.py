"""How much of the targets' variance a network that predicts numbers leaves unexplained on the test set."""

from __future__ import annotations

from torch import Tensor

from bntui.probes.probe import Point, columns
from bntui.probes.test_accuracy import TestProbe
from bntui.records import Column


class TestErrorProbe(TestProbe):
    """`unexplained`: the mean squared error divided by the variance of the targets, both summed over outputs.

    The network and the samples are those of `test`. There is no measurement where labels are classes.
    """

    name = "test_error"
    # The network without hidden layers has several functions for each target, and no single error.
    of_layers = True

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["unexplained"]))

    def measure(self, point: Point) -> Tensor:
        return self.labels.new_empty(0) if self.setting.classifies else super().measure(point)

    def _loss(self, point: Point) -> Tensor:
        return unexplained(point.network(self.setting.scaled(self.images)), self.labels)


def unexplained(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean squared error divided by the variance of the targets, both summed over outputs (n, …)."""
    return (outputs - targets).square().sum() / (targets - targets.mean(0)).square().sum()
