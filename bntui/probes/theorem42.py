"""The identity behind theorem 4.2, on the curvature through BatchNorm along the gradient."""

from __future__ import annotations

import torch
from torch import Tensor

from bntui.probes.batchnorm_flow import Flow, by_channel, flows, normalized
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, columns
from bntui.records import Column


class Theorem42Probe(Probe):
    """Santurkar et al. 2018, theorem 4.2, per BatchNorm layer: the curvature of the loss along u = ∂L/∂y, in two ways.

    y, ŷ, s, m and γ are as in theorem 4.1, z is the layer's output before any noise, g = ∂L/∂z, H = ∂²L/∂z². `left` is
    uᵀ(∂²L/∂y²)u. `right` is vᵀHv + Σγ⟨g, ŷ″⟩, v = γŷ′, Σ over the channels, where ŷ′ and ŷ″ are the derivatives of ŷ
    along u: with a = ⟨ŷ,u⟩/m, ŷ′ = (u − aŷ)/s and ŷ″ = (−2au + ŷ(3a² − ‖u‖²/m))/s². This holds for any ε, because u is
    orthogonal to 1. For ε = 0, a is 0: it is the paper's bound (γ²/σ²)uᵀHu − (γ/(mσ²))⟨g,ŷ⟩‖u‖², as an equation, summed
    over the channels, with the products of two channels in H. `relative_error` is |left − right| / (|vᵀHv| +
    |Σγ⟨g, ŷ″⟩|). There is no measurement where a hidden layer has no BatchNorm.
    """

    class Options(ProbeOptions):
        """Much less often than other probes: each layer takes two products with a Hessian."""

        every: Every = 50

    name = "theorem42"
    of_gradient = True

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["left", "right", "relative_error"], self.setting.layers))

    def measure(self, point: Point) -> Tensor:
        found = flows(point, self.setting, twice=True)
        return torch.stack([_sides(flow) for flow in found], dim=1).flatten() if found else point.loss.new_empty(0)


def _sides(flow: Flow) -> Tensor:
    """Return (left, right, relative error) of a layer."""
    first, second = _derivatives(flow)
    left = _curvature(flow.y, flow.dy, flow.dy.detach())
    bent = _curvature(flow.z, flow.dz, first)
    turned = (by_channel(flow.dz) * by_channel(second)).sum()
    right = bent + turned
    error = (left - right).abs() / (bent.abs() + turned.abs())
    return torch.stack([left, right, error]).to(flow.y.dtype)


def _derivatives(flow: Flow) -> tuple[Tensor, Tensor]:
    """Return the first and the second derivative of z along u, in the shape of z."""
    y, u = by_channel(flow.y), by_channel(flow.dy)
    unit, scale2 = normalized(y, flow.norm)
    scale2 = scale2[:, None]
    along = (unit * u).mean(1, keepdim=True)
    first = (u - along * unit) / scale2.sqrt()
    second = (unit * (3 * along.square() - u.square().mean(1, keepdim=True)) - 2 * along * u) / scale2
    weight = flow.norm.weight.detach().to(y.dtype)[:, None]
    return _as(flow.z, weight * first), _as(flow.z, weight * second)


def _curvature(at: Tensor, gradient: Tensor, direction: Tensor) -> Tensor:
    """Return directionᵀ(∂²L/∂at²)direction, where `gradient` is ∂L/∂at with its graph."""
    (product,) = torch.autograd.grad(gradient, at, direction, retain_graph=True)
    return (by_channel(product) * by_channel(direction)).sum()


def _as(like: Tensor, by_channel: Tensor) -> Tensor:
    """Return values (channels, values) in the shape and type of a layer's output (batch, channels, …)."""
    batch, channels, *rest = like.shape
    return by_channel.view(channels, batch, *rest).transpose(0, 1).to(like.dtype)
