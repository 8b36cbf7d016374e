"""The share of units in the flat part of their nonlinearity."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from bntui.probes.evaluation import forward, hooked
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, columns
from bntui.records import Column

NEAR = 0.05
"""A sigmoid's output closer than this to 0 or 1 is saturated: the slope is below a fifth of its maximum."""


def _sigmoid(outputs: Tensor) -> Tensor:
    return (outputs < NEAR) | (outputs > 1 - NEAR)


def _relu(outputs: Tensor) -> Tensor:
    return outputs == 0


SATURATED: dict[type[nn.Module], Callable[[Tensor], Tensor]] = {nn.Sigmoid: _sigmoid, nn.ReLU: _relu}
"""For each nonlinearity, a function from its outputs, of any shape, to a mask of the saturated ones."""


class SaturationProbe(Probe):
    """Per hidden layer, `share`: the share of its nonlinearity's outputs on the step's batch that are saturated.

    A sigmoid is saturated where its output is below 0.05 or above 0.95, a ReLU where its output is exactly zero: there
    the gradient vanishes. Saturating sigmoids motivated BatchNorm (Ioffe & Szegedy 2015, section 1). There is no
    measurement where a hidden layer has neither.
    """

    class Options(ProbeOptions):
        """Less often than every step, because a measurement takes a forward pass."""

        every: Every = 10

    name = "saturation"

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["share"], self.setting.layers))

    @torch.no_grad()
    def measure(self, point: Point) -> Tensor:
        parts = [_nonlinearity(point.network.get_submodule(layer)) for layer in self.setting.layers]
        shares: dict[nn.Module, Tensor] = {}
        with hooked((part for part in parts if part is not None), _record_share(shares)):
            forward(point.network, {}, point.images)
        missing = any(part is None for part in parts)
        return point.loss.new_empty(0) if missing else torch.stack([shares[part] for part in parts if part is not None])


def _nonlinearity(layer: nn.Module) -> nn.Module | None:
    return next((part for part in layer.children() if type(part) in SATURATED), None)


def _record_share(shares: dict[nn.Module, Tensor]) -> Callable[[nn.Module, object, Tensor], None]:
    def hook(module: nn.Module, inputs: object, outputs: Tensor) -> None:
        share = SATURATED[type(module)](outputs).to(outputs.dtype).mean()
        # Comparisons with NaN are false and would count as not saturated.
        shares[module] = torch.where(outputs.isnan().any(), torch.nan, share)

    return hook
