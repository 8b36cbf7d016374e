"""Mean and variance of the channels of each layer along a step that diverges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor, nn

from bntui.models.layers import preactivation
from bntui.probes.evaluation import hooked
from bntui.probes.moments import moments
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.probes.step_scan import DEFAULT_LENGTHS, DIVERGED, LARGEST, Lengths, ahead, first, relative_losses
from bntui.records import Column

PERCENTAGES = tuple(range(0, 101, 10))


class StepMomentsProbe(Probe):
    """Bjorck et al. 2018, section 3.1: moments at θ_t − p·αg for p from 0 to 100 % of a step that diverges.

    `length`: α, the first of `lengths` with L(θ_t − αg; b_t) > 10³·L(θ_t; b_t); the longest where none is such. With μ
    and σ² the mean and biased variance of each channel of the inputs of the nonlinearity of the l-th hidden layer, over
    batch, height and width: `abs_mean_at_l_p`: mean|μ| and `variance_at_l_p`: mean σ² over channels. Batch and noise
    are those of the step; batch statistics are recomputed at every point. Moments above 10³⁰ are stored as infinite.
    """

    class Options(ProbeOptions):
        """`lengths`: step lengths α, ascending; `layers`: so many of the hidden layers, evenly from first to last.

        A measurement takes a forward pass for each length, and eleven more.
        """

        every: Every = 200
        lengths: Lengths = DEFAULT_LENGTHS
        layers: Annotated[int, Field(ge=2, le=100)] = 12

    name = "step_moments"
    compares = True

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._lengths = options.lengths
        self._numbers = _evenly(len(setting.layers), options.layers)

    @property
    def columns(self) -> tuple[Column, ...]:
        places = [f"{number}_{percentage}" for number in self._numbers for percentage in PERCENTAGES]
        names = [f"{name}_at_{place}" for name in ("abs_mean", "variance") for place in places]
        return tuple(columns(self.name, ["length", *names]))

    @torch.no_grad()
    def measure(self, point: Point) -> Tensor:
        length = self._length(point)
        layers = [self.setting.layers[number - 1] for number in self._numbers]
        sites = [preactivation(point.network.get_submodule(layer)) for layer in layers]
        along = [_moments_ahead(point, length * (percentage / 100), sites) for percentage in PERCENTAGES]
        found = torch.stack(along, dim=2)
        return torch.cat([length.reshape(1), torch.where(found > LARGEST, torch.inf, found).flatten()])

    def _length(self, point: Point) -> Tensor:
        relative = relative_losses(point, self._lengths)
        lengths = relative.new_tensor(self._lengths)
        found = first(relative > DIVERGED, lengths)
        return torch.where(found.isnan() & ~relative.isnan().any(), lengths[-1], found)


def _evenly(count: int, most: int) -> list[int]:
    """Return at most so many of the numbers from 1 to `count`, evenly spaced, with both ends."""
    if count <= most:
        return list(range(1, count + 1))
    return [1 + round(index * (count - 1) / (most - 1)) for index in range(most)]


def _moments_ahead(point: Point, length: Tensor, sites: Sequence[nn.Module]) -> Tensor:
    """Return (mean|μ|, mean σ²) by layer, (moments, layers), at θ_t − length·g."""
    recorded: dict[nn.Module, Tensor] = {}

    def hook(module: nn.Module, inputs: object, output: Tensor) -> None:
        recorded[module] = output

    with hooked(sites, hook):
        ahead(point, length)
    found = moments([recorded[site] for site in sites])
    means, variances = (values.split(found.channels) for values in found.joined)
    rows = [[values.abs().mean() for values in means], [values.mean() for values in variances]]
    return torch.stack([torch.stack(row) for row in rows])
