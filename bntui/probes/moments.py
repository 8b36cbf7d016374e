"""Moments of what each nonlinearity receives, and how far they move from one step to the next."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from bntui.probes.probe import Point, Probe, ProbeOptions, Setting, columns, unit_of
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
    normalization and noise (Santurkar et al. 2018, figure 8; the blog post). `unit_…`: the same of one example
    channel alone, not averaged, chosen by the seed.
    """

    name = "moments"

    def __init__(self, options: ProbeOptions, setting: Setting) -> None:
        super().__init__(options, setting)
        self._first: Moments | None = None
        self._previous: Moments | None = None
        self._now: Moments | None = None
        self._indices: Tensor | None = None
        self._seen_at = -1

    @property
    def columns(self) -> tuple[Column, ...]:
        """What needs two successive steps comes last."""
        always = ["mean", "var", "mean_from_start", "var_from_start", "unit_mean", "unit_var"]
        drifts = ["mean_drift", "var_drift", "unit_mean_drift", "unit_var_drift"]
        return tuple(columns(self.name, [*always, *drifts], self.setting.layers))

    def observes(self, step: int) -> bool:
        """Steps k·j, and the ones before them to take the difference from."""
        return self.due(step) or self.due(step + 1)

    def observe(self, point: Point, activations: Mapping[str, Tensor]) -> None:
        """Reduce the activations to their moments."""
        self._previous = self._now if self._seen_at == point.step - 1 else None
        self._now = moments([activations[layer] for layer in self.setting.layers])
        self._first = self._first or self._now
        self._seen_at = point.step

    def measure(self, point: Point) -> Tensor:
        """See the class."""
        assert self._now and self._first
        vectors = [*self._now.joined, *_moved(self._now, self._first)]
        if self._previous:
            vectors += _moved(self._now, self._previous)
        rows = torch.stack(vectors)
        averages = torch.stack([layer.mean(1) for layer in rows.split(self._now.channels, dim=1)], dim=1)
        units = rows[:, self._units(self._now.channels)]
        return torch.cat([averages[:4], units[:2], averages[4:], units[4:]]).flatten()

    def _units(self, channels: Sequence[int]) -> Tensor:
        """Where each layer's example unit is in a vector over all channels."""
        if self._indices is None:
            starts = itertools.accumulate(channels, initial=0)
            layers = zip(self.setting.layers, channels, starts, strict=False)
            indices = [start + unit_of(self.setting, layer, count) for layer, count, start in layers]
            self._indices = torch.tensor(indices, device=self.setting.test_labels.device)
        return self._indices


def moments(activations: Sequence[Tensor]) -> Moments:
    """The moments of activations of shape (batch, channels, …), one tensor a layer."""
    pairs = [
        _mean_and_var(activation.flatten(2) if activation.dim() > 2 else activation.unsqueeze(2))
        for activation in activations
    ]
    mean, var = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    return Moments((mean, var), [activation.shape[1] for activation in activations])


def _mean_and_var(rows: Tensor) -> tuple[Tensor, Tensor]:
    # Of (batch, channels, positions), per channel, in two passes along the contiguous rows: as exact as
    # torch.var_mean over the outer dimensions, and on the CPU eight times as fast.
    batch, _, positions = rows.shape
    mean = rows.mean(2).mean(0)
    squares = torch.linalg.vector_norm(rows - mean[:, None], dim=2).square()
    return mean, squares.sum(0) / (batch * positions)


def _moved(now: Moments, then: Moments) -> list[Tensor]:
    return [(a - b).abs() for a, b in zip(now.joined, then.joined, strict=True)]
