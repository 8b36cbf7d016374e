"""Length and direction of each layer's weights, and the laws that BatchNorm imposes on them."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn.modules.batchnorm import _BatchNorm

from bntui.probes.batchnorm_flow import batchnorm
from bntui.probes.evaluation import exact, forward, hooked, nonzero
from bntui.probes.input_span import orthogonal_projector
from bntui.probes.norm_laws import NormLaws, rows
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column

OF_WEIGHTS = ("squared_norm", "effective_rate", "angle")
OF_BATCHNORM = ("inner_product", "epsilon_term", "inner_product_error")


class WeightNormsProbe(Probe):
    """Each layer's weights by output channel w, before the step's update; values are means over channels.

    Of every layer: `squared_norm`: ‖w‖². `effective_rate`: lr/‖w‖², the rate at which w of unit length would turn
    alike. `angle`: by how much the step turns w, in radians. Of the first layer, `orthogonal_share`: ‖w_⊥‖/‖w‖, w_⊥ the
    part that is orthogonal to all inputs (patches) of the training set.

    Where every hidden layer has BatchNorm, with z = γŷ + β, ŷ the normalized values and s² = batch variance + ε, of
    these layers: `inner_product`: ⟨w, ∂L/∂w⟩, and `epsilon_term`: γ⟨∂L/∂z, ŷ⟩·ε/s², which equals it, and is 0 for
    ε = 0, because z then does not depend on ‖w‖. `inner_product_error`: Σ|difference| / Σ‖w‖‖∂L/∂w‖ over channels.

    With SGD without momentum also how far the weights after the update are from what `NormLaws` predicts (Liu et al.
    2021). `orthogonal_error`: ‖W_⊥ − predicted‖/‖W‖ in the first layer. `squared_norm_error`, unless weights are
    rescaled: Σ|‖w‖² − predicted| / Σ‖w‖², with the prediction for ε = 0.
    """

    class Options(ProbeOptions):
        """Less often than every step, because a measurement takes a forward pass."""

        every: Every = 10

    name = "weight_norms"
    after_update = True
    compares = True

    def __init__(self, options: ProbeOptions, setting: Setting) -> None:
        super().__init__(options, setting)
        self._laws = NormLaws(setting)
        self._projector: Tensor | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        layers, weighted = self.setting.layers, self.setting.weighted
        return (
            *columns(self.name, OF_WEIGHTS, weighted),
            *columns(self.name, ["orthogonal_share"]),
            *columns(self.name, OF_BATCHNORM, layers),
            *columns(self.name, ["orthogonal_error"]),
            *columns(self.name, ["squared_norm_error"], layers),
        )

    def observes(self, step: int) -> bool:
        """Return whether the laws need the step: every one, where they hold at all."""
        return self._laws.hold

    def observe(self, point: Point, activations: Mapping[str, Tensor]) -> None:
        """Follow the laws through the step's update."""
        if self._norms(point):
            self._laws.advance(point, self._orthogonal(point))

    def state(self) -> dict[str, Tensor]:
        return self._laws.state()

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        self._laws.load_state(state)

    @torch.no_grad()
    def measure(self, point: Point) -> Tensor:
        before = self._weights(point.before)
        after = self._weights(dict(point.network.named_parameters()))
        of_weights = [_of_weights(before[layer], after[layer], point.lr) for layer in self.setting.weighted]
        first = before[self.setting.weighted[0]]
        share = _mean_ratio((first @ self._orthogonal(point)).norm(dim=1), first.norm(dim=1))
        values = [torch.stack(of_weights, dim=1).flatten(), share.reshape(1)]
        norms = self._norms(point)
        if norms:
            values += [self._inner_products(point, norms, before), *self._errors(point, after)]
        return torch.cat(values).to(point.loss.dtype)

    def _weights(self, parameters: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {layer: rows(parameters[f"{layer}.weights.weight"]) for layer in self.setting.weighted}

    def _orthogonal(self, point: Point) -> Tensor:
        if self._projector is None:
            weights = point.network.get_submodule(self.setting.weighted[0]).get_submodule("weights")
            projector = orthogonal_projector(self.setting.train_images, weights)
            self._projector = projector.to(rows(next(weights.parameters())))
        return self._projector

    def _norms(self, point: Point) -> dict[str, _BatchNorm]:
        """Return the BatchNorm of each hidden layer; nothing if one of them has none."""
        found = {layer: batchnorm(point.network.get_submodule(f"{layer}.norm")) for layer in self.setting.layers}
        norms = {layer: norm for layer, norm in found.items() if norm is not None}
        return norms if len(norms) == len(found) else {}

    def _inner_products(self, point: Point, norms: Mapping[str, _BatchNorm], before: Mapping[str, Tensor]) -> Tensor:
        names = {id(parameter): name for name, parameter in point.network.named_parameters()}
        scales = _squared_scales(point, norms)
        values = []
        for layer, norm in norms.items():
            w, g = before[layer], rows(point.gradient[f"{layer}.weights.weight"])
            gamma = names[id(norm.weight)]
            # ⟨∂L/∂z, ŷ⟩ is the gradient of γ.
            term = exact(point.before[gamma] * point.gradient[gamma]) * norm.eps / scales[layer]
            product = (w * g).sum(1)
            error = (product - term).abs().sum() / nonzero((w.norm(dim=1) * g.norm(dim=1)).sum())
            values.append(torch.stack([product.mean(), term.mean(), error]))
        return torch.stack(values, dim=1).flatten()

    def _errors(self, point: Point, after: Mapping[str, Tensor]) -> list[Tensor]:
        """Return the errors of the laws after the update, where they hold."""
        if not self._laws.hold or self._laws.outside is None:
            return []
        first = after[self.setting.weighted[0]]
        difference = first @ self._orthogonal(point) - self._laws.outside
        squares = {layer: after[layer].square().sum(1) for layer in self._laws.squares}
        errors = [
            (squares[layer] - law).abs().sum() / squares[layer].sum() for layer, law in self._laws.squares.items()
        ]
        return [torch.stack([difference.norm() / first.norm(), *errors])]


def _of_weights(before: Tensor, after: Tensor, lr: float) -> Tensor:
    """Return (‖w‖², lr/‖w‖², angle), means over channels, of weights (channels, d) before and after an update."""
    squares = before.square().sum(1)
    units = [weights / nonzero(weights.norm(dim=1, keepdim=True)) for weights in (before, after)]
    # Exact for small angles, which an arc cosine is not (Kahan 2006, section 12).
    angle = 2 * torch.atan2((units[0] - units[1]).norm(dim=1), (units[0] + units[1]).norm(dim=1))
    return torch.stack([squares.mean(), (lr / nonzero(squares)).mean(), angle.mean()])


def _mean_ratio(part: Tensor, whole: Tensor) -> Tensor:
    return (part / nonzero(whole)).mean()


def _squared_scales(point: Point, norms: Mapping[str, _BatchNorm]) -> dict[str, Tensor]:
    """Return s², the batch variance of each BatchNorm's input + ε, (channels,), before the update."""
    scales: dict[str, Tensor] = {}
    layers = {norm: layer for layer, norm in norms.items()}

    def hook(module: _BatchNorm, inputs: tuple[Tensor], output: Tensor) -> None:
        # Four times as fast as torch.var over the same axes.
        _, _, inverse = torch.native_batch_norm(inputs[0], None, None, None, None, True, 0.0, module.eps)
        scales[layers[module]] = exact(inverse) ** -2

    with hooked(norms.values(), hook):
        forward(point.network, point.before, point.images)
    return scales
