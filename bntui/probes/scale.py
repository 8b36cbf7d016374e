"""The scale of each layer's activations."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column


class ScaleProbe(Probe):
    """Per hidden layer, `rms`: √mean(a²), and `mean_abs`: mean|a|, over batch, channels, height and width.

    a is the input of the next nonlinearity. Without normalization the scale grows or shrinks with depth; with it, every
    layer starts at 1 (Bjorck et al. 2018, section 3).
    """

    class Options(ProbeOptions):
        """Less often than every step, because a measurement reads all activations."""

        every: Every = 10

    name = "scale"

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._scales: list[Tensor] = []

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["rms", "mean_abs"], self.setting.layers))

    def observes(self, step: int) -> bool:
        """Return whether the step is measured."""
        return self.due(step)

    def observe(self, point: Point, activations: Mapping[str, Tensor]) -> None:
        """Take the scale of each layer's activations."""
        self._scales = [_scale(activations[layer]) for layer in self.setting.layers]

    def measure(self, point: Point) -> Tensor:
        return torch.stack(self._scales, dim=1).flatten()


def _scale(activation: Tensor) -> Tensor:
    return torch.stack([activation.square().mean().sqrt(), activation.abs().mean()])
