"""The loss along the gradient, over seven decades of step length."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

import torch
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from torch import Tensor

from bntui.probes.evaluation import constants, forward, nonzero, total_norm
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column
from bntui.spec_values import AnyTuple, Rate

DIVERGED = 1e3
"""The relative loss above which a step diverges (Bjorck et al. 2018)."""
LARGEST = 1e30
"""The relative loss above which it counts as infinite: there, float32 begins to overflow within the network."""


def _ascending(lengths: tuple[float, ...]) -> tuple[float, ...]:
    names = [float(f"{length:g}") for length in lengths]
    if any(after <= before for before, after in pairwise(names)):
        raise PydanticCustomError("ascending", "should ascend, and differ within six digits")
    return lengths


Lengths = Annotated[tuple[Rate, ...], AnyTuple, Field(min_length=2, max_length=100), AfterValidator(_ascending)]
DEFAULT_LENGTHS = (*(float(f"{digit}e{power}") for power in range(-5, 2) for digit in (1, 2, 5)), 100.0)


class StepScanProbe(Probe):
    """Bjorck et al. 2018, section 3: r(α) = L(θ_t − αg; b_t) / L(θ_t; b_t) along g = ∇L(θ_t; b_t).

    `relative_loss_at_α`: r for each of `lengths`, infinite where the loss overflows. `best`: the α with the smallest r;
    `first_rise`: the first α beyond it with r > 1; `first_divergence`: the first α with r > 10³. These two are NaN
    where no α of the scan is such: they are longer than the longest one, by how much was not measured. The batch and
    the noise are those of the step; batch statistics are recomputed at every point. α does not depend on the learning
    rate, and the direction is the gradient, whatever step the optimizer makes of it.
    """

    class Options(ProbeOptions):
        """`lengths`: the step lengths α, ascending. A measurement takes a forward pass for each, so it is rare."""

        every: Every = 100
        lengths: Lengths = DEFAULT_LENGTHS

    name = "step_scan"
    of_layers = False
    compares = True

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._lengths = options.lengths

    @property
    def columns(self) -> tuple[Column, ...]:
        ratios = [f"relative_loss_at_{length:g}" for length in self._lengths]
        return tuple(columns(self.name, [*ratios, "best", "first_rise", "first_divergence"]))

    def measure(self, point: Point) -> Tensor:
        relative = relative_losses(point, self._lengths)
        lengths = relative.new_tensor(self._lengths)
        best = lengths[relative.argmin()] + 0 * relative.min()
        rise = first((relative > 1) & (lengths > best), lengths)
        return torch.cat([relative, torch.stack([best, rise, first(relative > DIVERGED, lengths)])])


@torch.no_grad()
def relative_losses(point: Point, lengths: tuple[float, ...]) -> Tensor:
    """Return r at each length, (lengths,): ∞ where the loss overflows, all NaN where it does at θ_t already."""
    losses = torch.stack([point.criterion(ahead(point, length), point.labels) for length in lengths])
    start = nonzero(point.loss) + 0 * total_norm(point.gradient.values())
    ratios = losses / start
    ratios = torch.where(losses.isfinite() & (ratios <= LARGEST), ratios, torch.inf)
    return torch.where(start.isfinite(), ratios, torch.nan)


def ahead(point: Point, length: float | Tensor) -> Tensor:
    """Return the network's output on the step's batch at θ_t − length·g."""
    start = constants(point.network)
    gradient = list(point.gradient.values())
    moved = torch._foreach_sub([start[name] for name in point.gradient], torch._foreach_mul(gradient, length))
    return forward(point.network, dict(zip(point.gradient, moved, strict=True)), point.images)


def first(chosen: Tensor, lengths: Tensor) -> Tensor:
    """Return the first of ascending lengths that is chosen, (); NaN where none is."""
    least = torch.where(chosen, lengths, torch.inf).min()
    return torch.where(least.isfinite(), least, torch.nan)
