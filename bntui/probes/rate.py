"""The learning rate."""

from __future__ import annotations

from torch import Tensor

from bntui.probes.probe import Point, Probe, columns
from bntui.records import Column


class RateProbe(Probe):
    """`lr`: the learning rate of the step's update, which the schedule may have changed since the start.

    A run whose rate changes measures it, if nothing else is said.
    """

    name = "rate"
    of_layers = False

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["lr"]))

    def measure(self, point: Point) -> Tensor:
        return point.loss.new_full((1,), point.lr)
