"""Directions in the space of parameters whose lengths are those of the weights, filter by filter."""

from __future__ import annotations

import torch
from torch import Tensor

from bntui.probes.evaluation import Parameters
from bntui.seeding import random_key


def direction(parameters: Parameters, seed: int, axis: str) -> dict[str, Tensor]:
    """Return a random direction, normalized by filters (Li et al. 2018, section 4): d ← d·‖w‖/‖d‖.

    A filter is the weights of an output channel, or of a unit. Biases and the parameters of normalization, which are
    vectors, do not move. The draws depend on the seed, the axis and the parameter's name: variants have the same.
    """
    drawn = {name: _normal(weight, seed, axis, name) for name, weight in parameters.items() if weight.dim() > 1}
    return {
        name: drawn[name] * (filter_norms(weight) / filter_norms(drawn[name]))
        if name in drawn
        else torch.zeros_like(weight)
        for name, weight in parameters.items()
    }


def moved(parameters: Parameters, by: Parameters, length: float) -> dict[str, Tensor]:
    """Return parameters + length·by."""
    return {name: torch.add(value, by[name], alpha=length) for name, value in parameters.items()}


def filter_norms(weight: Tensor) -> Tensor:
    """Return ‖w‖ of each filter, (channels, 1, …), so that it multiplies the weights; 0 for vectors."""
    if weight.dim() < 2:
        return torch.zeros_like(weight)
    norms: Tensor = weight.flatten(1).norm(dim=1).view(-1, *[1] * (weight.dim() - 1))
    return norms


def _normal(like: Tensor, seed: int, axis: str, name: str) -> Tensor:
    generator = torch.Generator().manual_seed(random_key(seed, "surface", axis, name))
    return torch.randn(like.shape, generator=generator).to(like)
