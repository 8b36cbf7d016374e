"""Norms of each layer's weights, of their gradient, and of their change since the start."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from bntui.probes.evaluation import norms
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column


class NormsProbe(Probe):
    """Per layer with weights W (of its convolution or linear module, without bias and normalization), at step t.

    `grad`: ‖∂L/∂W‖₂; `weight`: ‖W_t‖₂; `distance`: ‖W_t − W_0‖₂ from the initial weights.
    """

    class Options(ProbeOptions):
        """Less often than every step, because a measurement reads all weights."""

        every: Every = 10

    name = "norms"
    of_layers = False

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._start: list[Tensor] = []

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["grad", "weight", "distance"], self.setting.weighted))

    def state(self) -> dict[str, Tensor]:
        return {str(index): weight for index, weight in enumerate(self._start)}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        self._start = [state[str(index)] for index in range(len(state))]

    def measure(self, point: Point) -> Tensor:
        weights = self._weights(dict(point.network.named_parameters()))
        # Every schedule measures step 0 first.
        self._start = self._start or [weight.clone() for weight in weights]
        distances = torch._foreach_sub(weights, self._start)
        return norms([*self._weights(point.gradient), *weights, *distances])

    def _weights(self, of: Mapping[str, Tensor]) -> list[Tensor]:
        return [of[f"{layer}.weights.weight"].detach() for layer in self.setting.weighted]
