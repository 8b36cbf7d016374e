"""Internal covariate shift: the change of a layer's gradient by the update of the layers before it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bntui.probes.evaluation import Parameters, constants, forward, nonzero, norm, within
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, columns
from bntui.records import Column

WEIGHT = "weights.weight"


class IcsProbe(Probe):
    """Santurkar et al. 2018, definition 2.1, for each layer i with weights W_i (convolution or linear, not bias).

    With G = ∂L/∂W_i at (θ¹_t, …, θᵏ_t) and G′ at (θ¹_{t+1}, …, θ^{i−1}_{t+1}, θⁱ_t, …, θᵏ_t), θⁱ all parameters of
    layer i with its normalization, θ_{t+1} after the optimizer's own step, both on b_t and with the step's noise:
    `l2`: ‖G − G′‖₂; `cosine`: the cosine between G and G′. The first layer has 0 and 1 by definition.

    All G′ come from one graph. The layers i … k have the old weights for every i, so their passes are shared: at each
    layer i, the output of the updated layers before it (without gradient) joins the samples as one more group, and only
    for this group W_i is a variable. Each group is normalized by its own statistics.
    """

    class Options(ProbeOptions):
        """Less often than other probes, because a measurement costs more than a step."""

        every: Every = 25

    name = "ics"
    after_update = True
    compares = True

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["l2", "cosine"], self.setting.weighted))

    def measure(self, point: Point) -> Tensor:
        _, *names = self.setting.weighted
        pairs = [
            _compared(point.gradient[f"{name}.{WEIGHT}"], shifted)
            for name, shifted in zip(names, shifted_gradients(point), strict=True)
        ]
        first = torch.tensor([0.0, 1.0], dtype=point.loss.dtype, device=point.loss.device)
        return torch.stack([first, *pairs], dim=1).flatten()


def shifted_gradients(point: Point) -> tuple[Tensor, ...]:
    """Return G′ of every layer but the first, each in the shape of the weights."""
    variables: list[Tensor] = []
    groups = updated = point.images
    for index, (name, layer) in enumerate(point.network.named_children()):
        old = within(name, point.before)
        joining = []
        if index:
            variables.append(old[WEIGHT].clone().requires_grad_())
            joining = [forward(layer, {**old, WEIGHT: variables[-1]}, updated)]
        carried = [_through(layer, old, groups, len(point.images))] if index > 1 else []
        groups = torch.cat([*carried, *joining]) if index else groups
        with torch.no_grad():
            updated = forward(layer, constants(layer), updated)
    losses = [point.criterion(outputs, point.labels) for outputs in groups.split(len(point.images))]
    return torch.autograd.grad(torch.stack(losses).sum(), variables)


def _through(layer: nn.Module, parameters: Parameters, groups: Tensor, size: int) -> Tensor:
    """Return the layer's output for groups of `size` samples, each normalized and given noise separately."""
    if type(layer) is not nn.Sequential:
        # It does more than pass its input from part to part.
        return torch.cat([forward(layer, parameters, group) for group in groups.split(size)])
    for part, module in layer.named_children():
        inner = within(part, parameters)
        apart = groups.split(size) if part in ("norm", "dropout") else [groups]
        outputs = [forward(module, inner, group) for group in apart]
        groups = torch.cat(outputs) if len(outputs) > 1 else outputs[0]
    return groups


def _compared(g: Tensor, shifted: Tensor) -> Tensor:
    """Return (‖g − shifted‖, cosine)."""
    cosine = torch.dot(g.flatten(), shifted.flatten()) / nonzero(norm(g) * norm(shifted))
    return torch.stack([norm(g - shifted), cosine])
