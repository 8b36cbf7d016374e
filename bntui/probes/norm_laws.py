"""How plain SGD changes the weights before BatchNorm, predicted from the gradients alone."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from bntui.probes.evaluation import exact
from bntui.probes.probe import Point, Setting


class NormLaws:
    """Predictions for layers with BatchNorm, from what happens in every step.

    `squares` holds ‖w‖² per channel of each layer: with gradients orthogonal to w it becomes (1 − lr·λ)²‖w‖² + lr²‖g‖²
    in a step with weight decay λ. `outside` is the part of the first layer's weights that is orthogonal to all inputs,
    (channels, d): gradients have none, so it becomes (1 − lr·λ) times itself, and where weights are rescaled, that over
    their length before. There is no prediction of ‖w‖² where weights are rescaled. Liu et al. 2021.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self.squares: dict[str, Tensor] = {}
        self.outside: Tensor | None = None

    @property
    def hold(self) -> bool:
        """Whether the laws are about the run's optimizer: SGD without momentum."""
        optimizer = self._setting.optimizer
        return optimizer.kind == "sgd" and not optimizer.momentum

    def advance(self, point: Point, projector: Tensor) -> None:
        """Predict the weights after the step's update; `projector` is that of `orthogonal_projector`."""
        parameters = dict(point.network.named_parameters())
        for layer in self._setting.layers:
            name = f"{layer}.weights.weight"
            w, g = rows(parameters[name]), rows(point.gradient[name])
            decay = 0.0 if name in self._setting.undecayed else self._setting.optimizer.weight_decay
            shrink = 1 - point.lr * decay
            if layer == self._setting.weighted[0]:
                outside = w @ projector if self.outside is None else self.outside
                lengths = (shrink * w - point.lr * g).norm(dim=1, keepdim=True)
                self.outside = shrink * outside / (lengths if self._setting.unit_weights else 1)
            if not self._setting.unit_weights:
                square = self.squares.get(layer, w.square().sum(1))
                self.squares[layer] = shrink**2 * square + point.lr**2 * g.square().sum(1)

    def state(self) -> dict[str, Tensor]:
        """Return the predictions by name."""
        squares = {f"squares {layer}": values for layer, values in self.squares.items()}
        return squares if self.outside is None else {**squares, "outside": self.outside}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Take over what `state` returned."""
        self.outside = state.get("outside")
        # A checkpoint does not keep the order.
        names = {layer: f"squares {layer}" for layer in self._setting.layers}
        self.squares = {layer: state[name] for layer, name in names.items() if name in state}


@torch.no_grad()
def rows(weights: Tensor) -> Tensor:
    """Return weights (channels, …) as a row for each channel, detached and in float64."""
    return exact(weights.detach().flatten(1))
