"""How large each layer's weights and their gradient are, and how far the weights have gone."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column


class NormsProbe(Probe):
    """Per layer with weights W (of its convolution or linear module, without bias and normalization), in step t.

    `grad`: ‖∂L/∂W‖₂; `weight`: ‖W_t‖₂; `distance`: ‖W_t − W_0‖₂ from the initial weights.
    """

    class Options(ProbeOptions):
        """Less often than at every step, for a measurement reads all weights."""

        every: Every = 10

    name = "norms"

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._start: list[Tensor] = []

    @property
    def columns(self) -> tuple[Column, ...]:
        """Each name, by layer."""
        return tuple(columns(self.name, ["grad", "weight", "distance"], self.setting.weighted))

    def measure(self, point: Point) -> Tensor:
        """See the class."""
        weights = self._weights(dict(point.network.named_parameters()))
        # The first measurement is that of step 0, which every schedule names.
        self._start = self._start or [weight.clone() for weight in weights]
        distances = torch._foreach_sub(weights, self._start)
        return torch.stack(torch._foreach_norm([*self._weights(point.gradient), *weights, *distances]))

    def _weights(self, of: Mapping[str, Tensor]) -> list[Tensor]:
        return [of[f"{layer}.weights.weight"].detach() for layer in self.setting.weighted]
