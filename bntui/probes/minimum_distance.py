"""How near to the initial weights those lie that compute the same before BatchNorm."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from bntui.probes.evaluation import norm
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column


class MinimumDistanceProbe(Probe):
    """Santurkar et al. 2018, lemma 4.5, per hidden layer with weights W (of its convolution or linear module).

    Before BatchNorm all kW with k > 0 compute the same, so that an optimum W* of the plain network is one of a network
    with BatchNorm along its whole ray. `distance`: ‖W_t − W_0‖₂. `ray`: the distance from W_0 to {kW_t : k > 0}, as in
    the lemma √(‖W_0 − W_t‖² − (‖W_t‖² − ⟨W_t,W_0⟩)²/‖W_t‖²) where ⟨W_0,W_t⟩ > 0, else ‖W_0‖. `cosine`: of the angle
    between W_0 and W_t. Ray and cosine are NaN where W_t is 0.
    """

    class Options(ProbeOptions):
        """Less often than every step, because a measurement reads all weights."""

        every: Every = 10

    name = "minimum_distance"

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._start: list[Tensor] = []

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["distance", "ray", "cosine"], self.setting.layers))

    def state(self) -> dict[str, Tensor]:
        return {str(index): weight for index, weight in enumerate(self._start)}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        self._start = [state[str(index)] for index in range(len(state))]

    def measure(self, point: Point) -> Tensor:
        parameters = dict(point.network.named_parameters())
        weights = [parameters[f"{layer}.weights.weight"].detach().flatten() for layer in self.setting.layers]
        # Every schedule measures step 0 first.
        self._start = self._start or [weight.clone() for weight in weights]
        pairs = zip(self._start, weights, strict=True)
        return torch.stack([_distances(start, now) for start, now in pairs], dim=1).flatten()


def _distances(start: Tensor, now: Tensor) -> Tensor:
    """Return (distance, distance to the ray, cosine) of two weights, as vectors."""
    # As differences of vectors: the lemma's difference of squares loses half of the digits near the start.
    toward = now / norm(now)
    length = torch.dot(start, toward)
    distance, ray = norm(now - start), norm(start - length.clamp(min=0) * toward)
    # W_t is on the ray; rounding must not say otherwise.
    return torch.stack([distance, torch.minimum(ray, distance), length / norm(start)])
