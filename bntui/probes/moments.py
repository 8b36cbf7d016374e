"""Moments of the inputs of each nonlinearity, and their change from step to step."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from bntui.probes.probe import Point, Probe, ProbeOptions, Setting, columns, unit_of
from bntui.records import Column


class Moments(NamedTuple):
    """`joined`: mean and biased variance, each over the channels of all hidden layers; `channels`: per layer."""

    joined: tuple[Tensor, Tensor]
    channels: list[int]


class MomentsProbe(Probe):
    """Per hidden layer, with μ and σ² the mean and biased variance of each channel over batch, height and width.

    `mean`, `var`: μ and σ² averaged over channels; `mean_from_start`, `var_from_start`: the mean over channels of
    |μ_t − μ_0| and |σ²_t − σ²_0|; `mean_drift`, `var_drift`: the mean over channels of |μ_t − μ_{t−1}| and
    |σ²_t − σ²_{t−1}|, between successive steps whatever the schedule, so undefined at step 0. Activations are taken
    after normalization and noise (Santurkar et al. 2018, figure 8; the blog post). `unit_…`: the same for one example
    channel, chosen by the seed, instead of an average.
    """

    name = "moments"

    def __init__(self, options: ProbeOptions, setting: Setting) -> None:
        super().__init__(options, setting)
        self._first: Moments | None = None
        self._previous: Moments | None = None
        self._now: Moments | None = None
        self._indices: Tensor | None = None
        self._observed_at = -1

    @property
    def columns(self) -> tuple[Column, ...]:
        # Drifts come last: they are undefined at step 0.
        always = ["mean", "var", "mean_from_start", "var_from_start", "unit_mean", "unit_var"]
        drifts = ["mean_drift", "var_drift", "unit_mean_drift", "unit_var_drift"]
        return tuple(columns(self.name, [*always, *drifts], self.setting.layers))

    def observes(self, step: int) -> bool:
        """Return whether this step or the next is measured; drifts need both."""
        return self._scheduled(step) or self._scheduled(step + 1)

    def observe(self, point: Point, activations: Mapping[str, Tensor]) -> None:
        """Take the moments of the activations."""
        self._previous = self._now if self._observed_at == point.step - 1 else None
        self._now = moments([activations[layer] for layer in self.setting.layers])
        self._first = self._first or self._now
        self._observed_at = point.step

    def state(self) -> dict[str, Tensor]:
        if not (self._first and self._now):
            return {}
        return {
            "first": torch.stack(self._first.joined),
            "now": torch.stack(self._now.joined),
            "channels": torch.tensor(self._now.channels),
            "observed_at": torch.tensor(self._observed_at),
        }

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        if not state:
            return
        channels = state["channels"].tolist()
        self._first, self._now = (Moments((*state[name],), channels) for name in ("first", "now"))
        self._observed_at = int(state["observed_at"])

    def measure(self, point: Point) -> Tensor:
        assert self._now and self._first
        vectors = [*self._now.joined, *_moved(self._now, self._first)]
        if self._previous:
            vectors += _moved(self._now, self._previous)
        rows = torch.stack(vectors)
        averages = torch.stack([layer.mean(1) for layer in rows.split(self._now.channels, dim=1)], dim=1)
        units = rows[:, self._units(self._now.channels)]
        return torch.cat([averages[:4], units[:2], averages[4:], units[4:]]).flatten()

    def _units(self, channels: Sequence[int]) -> Tensor:
        """Return the index of each layer's example unit in a vector over all channels."""
        if self._indices is None:
            starts = itertools.accumulate(channels, initial=0)
            layers = zip(self.setting.layers, channels, starts, strict=False)
            indices = [start + unit_of(self.setting, layer, count) for layer, count, start in layers]
            self._indices = torch.tensor(indices, device=self.setting.test_labels.device)
        return self._indices


def moments(activations: Sequence[Tensor]) -> Moments:
    """Return the moments of activations (batch, channels, …), one tensor per layer."""
    pairs = [mean_and_var(activation) for activation in activations]
    mean, var = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    return Moments((mean, var), [activation.shape[1] for activation in activations])


def mean_and_var(activations: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and biased variance per channel of activations (batch, channels, …)."""
    rows = activations.flatten(2) if activations.dim() > 2 else activations.unsqueeze(2)
    # Two passes along the contiguous rows: as exact as torch.var_mean over the outer dimensions, and eight times as
    # fast on a CPU.
    batch, _, positions = rows.shape
    mean = rows.mean(2).mean(0)
    squares = torch.linalg.vector_norm(rows - mean[:, None], dim=2).square()
    return mean, squares.sum(0) / (batch * positions)


def _moved(now: Moments, then: Moments) -> list[Tensor]:
    return [(a - b).abs() for a, b in zip(now.joined, then.joined, strict=True)]
