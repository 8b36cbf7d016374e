"""The distribution of one unit of each layer over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, NamedTuple

import torch
from pydantic import Field
from torch import Tensor

from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns, unit_of
from bntui.records import Column
from bntui.spec_values import Rate


class Edges(NamedTuple):
    """The outermost edges of a layer's bins, each ()."""

    low: Tensor
    high: Tensor


class DistributionProbe(Probe):
    """Per hidden layer, the histogram of one example channel over batch, height and width.

    `bin_00`, `bin_01`, …: the share of its activations in each of equal bins from `low` to `high`; the first and the
    last bin also count the values outside. Each variant's first measurement sets the edges for the whole run, to the
    channel's mean ± `reach` standard deviations. Shares are NaN if an activation is. Activations are the inputs of the
    next nonlinearity; the seed chooses the channel (Santurkar et al. 2018, figures 1c and 2).
    """

    class Options(ProbeOptions):
        """`bins`: their number; `reach`: their extent on either side of the first mean, in standard deviations."""

        every: Every = 10
        bins: Annotated[int, Field(ge=2, le=100)] = 32
        reach: Rate = 6.0

    name = "distribution"

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._bins, self._reach = options.bins, options.reach
        self._edges: dict[str, Edges] = {}
        self._rows: list[Tensor] = []

    @property
    def columns(self) -> tuple[Column, ...]:
        bins = [f"bin_{index:02d}" for index in range(self._bins)]
        return tuple(columns(self.name, ["low", "high", *bins], self.setting.layers))

    def observes(self, step: int) -> bool:
        """Return whether the step is measured."""
        return self.due(step)

    def observe(self, point: Point, activations: Mapping[str, Tensor]) -> None:
        """Count each layer's activations by bin."""
        self._rows = [self._row(layer, activations[layer]) for layer in self.setting.layers]

    def state(self) -> dict[str, Tensor]:
        return {layer: torch.stack(edges) for layer, edges in self._edges.items()}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        self._edges = {layer: Edges(*pair) for layer, pair in state.items()}

    def measure(self, point: Point) -> Tensor:
        return torch.stack(self._rows, dim=1).flatten()

    def _row(self, layer: str, activation: Tensor) -> Tensor:
        """Return (low, high, shares) of a layer's activation (batch, channels, …)."""
        values = activation[:, unit_of(self.setting, layer, activation.shape[1])].flatten().contiguous()
        if layer not in self._edges:
            self._edges[layer] = edges(values, self._reach)
        low, high = self._edges[layer]
        return torch.cat([torch.stack([low, high]), shares(values, low, high, self._bins)])


def edges(values: Tensor, reach: float) -> Edges:
    """Return a vector's mean ± `reach` standard deviations; mean ± `reach` where it is constant."""
    variance, mean = torch.var_mean(values, correction=0)
    deviation = torch.where(variance > 0, variance.sqrt(), 1.0)
    return Edges(mean - reach * deviation, mean + reach * deviation)


def shares(values: Tensor, low: Tensor, high: Tensor, bins: int) -> Tensor:
    """Return the shares of a vector's values in equal bins from `low` to `high`, (bins,); NaN if a value is NaN."""
    inner = low + (high - low) * torch.arange(1, bins, device=values.device, dtype=values.dtype) / bins
    counts = torch.zeros(bins, device=values.device, dtype=values.dtype)
    counts.scatter_add_(0, torch.bucketize(values, inner, right=True), torch.ones_like(values))
    return torch.where(values.isnan().any(), torch.nan, counts / len(values))
