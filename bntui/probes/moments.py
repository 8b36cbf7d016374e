"""Moments of what each nonlinearity receives, and how far they move from one step to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from bntui.probes.base import Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column


class Moments(NamedTuple):
    """Of all hidden layers: (mean, biased variance), each a vector over all channels, and channels per layer."""

    joined: tuple[Tensor, Tensor]
    channels: list[int]


class MomentsProbe(Probe):
    """Per hidden layer, with μ and σ² the mean and biased variance of each channel over batch, height and width.

    `mean`, `var`: μ and σ² averaged over channels; `mean_from_start`, `var_from_start`: the mean over channels of
    |μ_t − μ_0| and |σ²_t − σ²_0|; `mean_drift`, `var_drift`: of |μ_t − μ_{t−1}| and |σ²_t − σ²_{t−1}|, between
    successive steps whatever the schedule, so not defined at step 0. What is measured is the activation after
    normalization and noise (Santurkar et al. 2018, figure 8; the blog post).
    """

    name = "moments"

    def __init__(self, options: ProbeOptions, setting: Setting) -> None:
        super().__init__(options, setting)
        self._first: Moments | None = None
        self._previous: Moments | None = None
        self._now: Moments | None = None
        self._seen_at = -1

    @property
    def columns(self) -> tuple[Column, ...]:
        """What needs two successive steps comes last."""
        always = ["mean", "var", "mean_from_start", "var_from_start"]
        return tuple(columns(self.name, [*always, "mean_drift", "var_drift"], self.setting.layers))

    def watches(self, step: int) -> bool:
        """Steps k·j, and the ones before them to take the difference from."""
        return self.due(step) or self.due(step + 1)

    def see(self, step: int, activations: Mapping[str, Tensor]) -> None:
        """Reduce the activations to their moments."""
        self._previous = self._now if self._seen_at == step - 1 else None
        self._now = moments([activations[layer] for layer in self.setting.layers])
        self._first = self._first or self._now
        self._seen_at = step

    def measure(self, point: Point) -> Tensor:
        """See the class."""
        assert self._now and self._first
        rows = [*self._now.joined, *_moved(self._now, self._first)]
        if self._previous:
            rows += _moved(self._now, self._previous)
        by_layer = torch.stack(rows).split(self._now.channels, dim=1)
        return torch.stack([layer.mean(1) for layer in by_layer], dim=1).flatten()


def moments(activations: Sequence[Tensor]) -> Moments:
    """The moments of activations of shape (batch, channels, …), one tensor a layer."""
    pairs = [
        torch.var_mean(activation, [dim for dim in range(activation.dim()) if dim != 1], correction=0)
        for activation in activations
    ]
    mean = torch.cat([mean for _, mean in pairs])
    var = torch.cat([var for var, _ in pairs])
    return Moments((mean, var), [activation.shape[1] for activation in activations])


def _moved(now: Moments, then: Moments) -> list[Tensor]:
    return [(a - b).abs() for a, b in zip(now.joined, then.joined, strict=True)]
