"""Plain second implementations, as in `twins`, of the probes of the loss on a line and on a plane."""

from __future__ import annotations

import itertools
import math

import torch
from torch import Tensor, nn

from bntui.seeding import random_key
from tests.probes.trace import Trace, partner
from tests.probes.twin_passes import exact, fresh


def samples(trace: Trace, count: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(random_key(trace.setting.seed, "surface", "samples"))
    total = len(trace.setting.train_labels)
    chosen = torch.randperm(total, generator=generator)[:count] if count < total else torch.arange(total)
    return trace.setting.scaled(trace.setting.train_images[chosen]).double(), exact(trace.setting.train_labels[chosen])


def loss(trace: Trace, network: nn.Sequential, count: int) -> float:
    images, labels = samples(trace, count)
    with torch.no_grad():
        return float(trace.criterion(fresh(network).train()(images), labels))


def line(trace: Trace, step: int) -> list[float] | None:
    options = trace.options["line"]
    if step == 0:
        return None
    start, end = trace.steps[step].before, partner(trace.steps[0].before)
    places = [index / (options.points - 1) for index in range(options.points)]
    values = []
    for a in places:
        between = fresh(start)
        for name, parameter in between.named_parameters():
            parameter.data = (1 - a) * parameter.data + a * end[name]
        values.append(loss(trace, between, options.samples))
    return [*shape(places, values), *values]


def shape(places: list[float], values: list[float]) -> list[float]:
    """Look for the half height on a line of many points, and for the peaks one by one."""
    barrier = max(values) - max(values[0], values[-1])
    least = 0.01 * (max(values) - min(values))
    peaks = 0
    for index in range(1, len(values) - 1):
        left, right = values[:index], values[index + 1 :]
        if values[index] > left[-1] and values[index] > right[0]:
            sides = (_foot(left[::-1], values[index]), _foot(right, values[index]))
            peaks += values[index] - max(sides) >= least
    if barrier == 0:
        return [0.0, math.nan, math.nan, float(peaks)]
    slopes = [abs(b - a) for a, b in itertools.pairwise(values)]
    level, top = max(values) - barrier / 2, values.index(max(values))
    inside = [
        index for index in range(len(values)) if all(v > level for v in values[min(index, top) : max(index, top) + 1])
    ]
    first, last = inside[0], inside[-1]
    left = (level - values[first - 1]) / (values[first] - values[first - 1])
    right = (values[last] - level) / (values[last] - values[last + 1])
    step = places[1]
    return [barrier, (last - first + 1 - left + right) * step, max(slopes) / step / barrier, float(peaks)]


def _foot(side: list[float], height: float) -> float:
    """Return the lowest value beside a peak, before anything that is higher than it."""
    higher = next((index for index, value in enumerate(side) if value > height), len(side))
    return min(side[:higher])


def surface(trace: Trace, step: int) -> list[float] | None:
    options = trace.options["surface"]
    if step == 0:
        return None
    center = dict(trace.steps[step].before.named_parameters())
    first, second = ({name: _direction(trace, w, axis, name) for name, w in center.items()} for axis in ("x", "y"))
    places = [options.radius * (2 * index / (options.points - 1) - 1) for index in range(options.points)]
    values = []
    for x in places:
        for y in places:
            moved = fresh(trace.steps[step].before)
            for name, parameter in moved.named_parameters():
                parameter.data = center[name].data + x * first[name] + y * second[name]
            values.append(loss(trace, moved, options.samples))
    return values


def _direction(trace: Trace, weight: nn.Parameter, axis: str, name: str) -> Tensor:
    if weight.dim() == 1:
        return torch.zeros_like(weight)
    generator = torch.Generator().manual_seed(random_key(trace.setting.seed, "surface", axis, name))
    drawn = torch.randn(weight.shape, generator=generator).double()
    return torch.stack([d * (w.norm() / d.norm()) for w, d in zip(weight.detach(), drawn, strict=True)])
