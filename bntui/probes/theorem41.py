"""The identity behind theorem 4.1, on the gradient through BatchNorm."""

from __future__ import annotations

import torch
from torch import Tensor

from bntui.probes.batchnorm_flow import Flow, by_channel, flows, normalized
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, columns
from bntui.records import Column


class Theorem41Probe(Probe):
    """Per BatchNorm layer, both sides of the identity of Santurkar et al. 2018, theorem 4.1, summed over channels.

    Per channel with weight γ, m values y of variance σ² and ŷ = (y − mean)/s, s² = σ² + ε, z the layer's output before
    any noise, g = ∂L/∂z: `left` is Σ‖∂L/∂y‖², `right` is Σ (γ²/s²)·(‖g‖² − ⟨1,g⟩²/m − ⟨g,ŷ⟩²·(2/m − ‖ŷ‖²/m²)).
    For ε = 0 the last factor is 1/m; the paper prints 1/√m, which is impossible because ‖ŷ‖² = m. `relative_error` is
    Σ|left − right| / Σleft, so that errors of channels do not cancel; it shows the rounding of the network's precision.
    There is no measurement where a hidden layer has no BatchNorm.
    """

    class Options(ProbeOptions):
        """Less often than other probes, because a measurement costs more than a step."""

        every: Every = 25

    name = "theorem41"
    of_gradient = True

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["left", "right", "relative_error"], self.setting.layers))

    def measure(self, point: Point) -> Tensor:
        found = flows(point, self.setting)
        return torch.stack([_sides(flow) for flow in found], dim=1).flatten() if found else point.loss.new_empty(0)


def _sides(flow: Flow) -> Tensor:
    """Return (left, right, relative error) of a layer."""
    y, dy, g = (by_channel(tensor) for tensor in (flow.y, flow.dy, flow.dz))
    count = y.shape[1]
    unit, scale2 = normalized(y, flow.norm)
    left = dy.square().sum(1)
    along = (g * unit).sum(1).square() * (2 / count - unit.square().sum(1) / count**2)
    weight = flow.norm.weight.detach().to(y.dtype)
    right = weight.square() / scale2 * (g.square().sum(1) - g.sum(1).square() / count - along)
    return torch.stack([left.sum(), right.sum(), (left - right).abs().sum() / left.sum()]).to(flow.y.dtype)
