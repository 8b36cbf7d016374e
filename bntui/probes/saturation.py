"""How many units have left the part of their nonlinearity where it has a slope."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from bntui.probes.evaluation import forward
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, columns
from bntui.records import Column

NEAR = 0.05
"""A sigmoid closer than this to 0 or 1 counts as saturated: its slope is below a fifth of its largest."""


def _sigmoid(outputs: Tensor) -> Tensor:
    return (outputs < NEAR) | (outputs > 1 - NEAR)


def _relu(outputs: Tensor) -> Tensor:
    return outputs == 0


SATURATED: dict[type[nn.Module], Callable[[Tensor], Tensor]] = {nn.Sigmoid: _sigmoid, nn.ReLU: _relu}
"""Nonlinearity → which of its outputs, of any shape, are saturated."""


class SaturationProbe(Probe):
    """Per hidden layer, `share`: of its nonlinearity's outputs in the step's batch, how many are saturated.

    A sigmoid is saturated where its output is below 0.05 or above 0.95, a ReLU where it is exactly zero, for
    there the gradient vanishes. Sigmoids that saturate are what Ioffe & Szegedy 2015 (section 2) set out from.
    A network that lacks either in a hidden layer has no such measurement.
    """

    class Options(ProbeOptions):
        """Less often than at every step, for a measurement takes a forward pass."""

        every: Every = 10

    name = "saturation"

    @property
    def columns(self) -> tuple[Column, ...]:
        """The share, by layer."""
        return tuple(columns(self.name, ["share"], self.setting.layers))

    @torch.no_grad()
    def measure(self, point: Point) -> Tensor:
        """See the class."""
        parts = [_nonlinearity(point.network.get_submodule(layer)) for layer in self.setting.layers]
        kept: dict[nn.Module, Tensor] = {}
        hooks = [part.register_forward_hook(_keep_share(kept)) for part in parts if part is not None]
        try:
            forward(point.network, {}, point.images)
        finally:
            for hook in hooks:
                hook.remove()
        missing = any(part is None for part in parts)
        return point.loss.new_empty(0) if missing else torch.stack([kept[part] for part in parts if part is not None])


def _nonlinearity(layer: nn.Module) -> nn.Module | None:
    return next((part for part in layer.children() if type(part) in SATURATED), None)


def _keep_share(kept: dict[nn.Module, Tensor]) -> Callable[[nn.Module, object, Tensor], None]:
    def hook(module: nn.Module, inputs: object, outputs: Tensor) -> None:
        share = SATURATED[type(module)](outputs).to(outputs.dtype).mean()
        # A comparison with NaN is false, which would read as "not saturated".
        kept[module] = torch.where(outputs.isnan().any(), torch.nan, share)

    return hook
