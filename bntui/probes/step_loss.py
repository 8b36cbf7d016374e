"""What one update does to the loss, and how much the loss jumps from batch to batch."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from bntui.probes.evaluation import forward
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column


class StepLossProbe(Probe):
    """`change`: L(θ_{t+1}; b_t) − L(θ_t; b_t), the same batch and noise before and after the update, so below zero
    for a step that helped. `jump`: |L_t − L_{t−1}| with L_t = L(θ_t; b_t), between successive steps whatever the
    schedule, and so between two batches (the blog post); not defined at step 0.
    """

    class Options(ProbeOptions):
        """Less often than at every step, for a measurement takes a forward pass."""

        every: Every = 10

    name = "step_loss"
    after_update = True
    compares = True

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._seen: dict[int, Tensor] = {}

    @property
    def columns(self) -> tuple[Column, ...]:
        """What needs two successive steps comes last."""
        return tuple(columns(self.name, ["change", "jump"]))

    def observes(self, step: int) -> bool:
        """Steps k·j, and the ones before them to take the difference from."""
        return self.due(step) or self.due(step + 1)

    def observe(self, point: Point, activations: Mapping[str, Tensor]) -> None:
        """Keep the loss of this step, and of the one before."""
        self._seen = {step: loss for step, loss in self._seen.items() if step == point.step - 1}
        self._seen[point.step] = point.loss

    @torch.no_grad()
    def measure(self, point: Point) -> Tensor:
        """See the class."""
        values = [point.criterion(forward(point.network, {}, point.images), point.labels) - point.loss]
        before = self._seen.get(point.step - 1)
        if before is not None:
            values.append((self._seen[point.step] - before).abs())
        return torch.stack(values)
