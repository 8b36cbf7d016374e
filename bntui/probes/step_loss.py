"""The change of the loss by one update, and its jump from batch to batch."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from bntui.probes.evaluation import forward
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column


class StepLossProbe(Probe):
    """`change`: L(θ_{t+1}; b_t) − L(θ_t; b_t), with the same batch and noise, negative where the update reduced it.

    `jump`: |L_t − L_{t−1}| with L_t = L(θ_t; b_t), between successive steps whatever the schedule, so between two
    batches (the blog post); undefined at step 0.
    """

    class Options(ProbeOptions):
        """Less often than every step, because a measurement takes a forward pass."""

        every: Every = 10

    name = "step_loss"
    of_layers = False
    after_update = True
    compares = True

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._losses: dict[int, Tensor] = {}

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["change", "jump"]))

    def observes(self, step: int) -> bool:
        """Return whether this step or the next is measured; the jump needs both."""
        return self._scheduled(step) or self._scheduled(step + 1)

    def observe(self, point: Point, activations: Mapping[str, Tensor]) -> None:
        """Keep the losses of this step and the one before."""
        self._losses = {step: loss for step, loss in self._losses.items() if step == point.step - 1}
        self._losses[point.step] = point.loss

    def state(self) -> dict[str, Tensor]:
        return {str(step): loss for step, loss in self._losses.items()}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        self._losses = {int(step): loss for step, loss in state.items()}

    @torch.no_grad()
    def measure(self, point: Point) -> Tensor:
        values = [point.criterion(forward(point.network, {}, point.images), point.labels) - point.loss]
        before = self._losses.get(point.step - 1)
        if before is not None:
            values.append((self._losses[point.step] - before).abs())
        return torch.stack(values)
