"""Mean and deviation of the channels of each layer, for their growth with depth."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from bntui.probes.moments import moments
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column


class DepthMomentsProbe(Probe):
    """Bjorck et al. 2018, section 3.1: how the channels' moments grow from layer to layer, above all at the start.

    Per hidden layer, with μ and σ² the mean and biased variance of each channel of the inputs of its nonlinearity, over
    batch, height and width: `abs_mean`: mean|μ| over channels, `deviation`: mean σ over channels. Of the network,
    `growth`: the last hidden layer's deviation divided by the first one's.
    """

    class Options(ProbeOptions):
        """Less often than every step, because a measurement reads all activations."""

        every: Every = 25

    name = "depth_moments"

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._values: Tensor | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        by_layer = columns(self.name, ["abs_mean", "deviation"], self.setting.layers)
        return (*by_layer, *columns(self.name, ["growth"]))

    def observes(self, step: int) -> bool:
        """Return whether the step is measured."""
        return self.due(step)

    def observe(self, point: Point, activations: Mapping[str, Tensor]) -> None:
        """Take the moments of each layer's activations."""
        found = moments([activations[layer] for layer in self.setting.layers])
        means, variances = (values.split(found.channels) for values in found.joined)
        means_by_layer = torch.stack([values.abs().mean() for values in means])
        deviations = torch.stack([values.sqrt().mean() for values in variances])
        self._values = torch.cat([means_by_layer, deviations, (deviations[-1] / deviations[0]).reshape(1)])

    def measure(self, point: Point) -> Tensor:
        assert self._values is not None
        return self._values
