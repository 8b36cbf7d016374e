"""The loss of a network at other weights than its own: places on lines and planes, and probes that go through them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor, nn

from bntui.probes.evaluation import Parameters, forward
from bntui.probes.evaluation_batch import EvaluationBatch
from bntui.probes.filter_normalization import direction, moved
from bntui.probes.probe import Criterion, Point, Probe, ProbeOptions, Setting


class OnSamples(ProbeOptions):
    """`samples`: the number of samples of the training set, drawn by the run's seed; they are one batch."""

    samples: Annotated[int, Field(ge=2, le=512)] = 512


class LossProbe(Probe):
    """Measures the loss on samples of the training set at several places, other parameters than the network's own."""

    at_end = True

    def __init__(self, options: OnSamples, setting: Setting) -> None:
        super().__init__(options, setting)
        self._batch = EvaluationBatch.drawn(setting, options.samples, ("surface", "samples"))

    @abstractmethod
    def places(self, point: Point) -> Iterator[Parameters]:
        """Yield the parameters by name at each place."""

    def passes(self, point: Point) -> Iterator[Tensor]:
        """Yield the losses () at the places, one by one."""
        return losses(point.network, point.criterion, self._batch, self.places(point))

    def values(self, losses: Tensor) -> Tensor:
        """Return the measurement from the losses at all places."""
        return losses

    def measure(self, point: Point) -> Tensor:
        return self.values(torch.stack([*self.passes(point)]))


def grid(first: float, last: float, points: int) -> tuple[float, ...]:
    """Return evenly spaced places, as exact as `place` writes them, so that names and values agree."""
    width = (last - first) / (points - 1)
    return tuple(float(place(first + index * width)) for index in range(points))


def place(*values: float) -> str:
    """Return the places along the axes as text, as in the names of columns: '0.05', '-0.5_0.25'."""
    return "_".join(f"{value + 0.0:.6g}" for value in values)


@torch.no_grad()
def losses(
    network: nn.Module, criterion: Criterion, batch: EvaluationBatch, places: Iterator[Parameters]
) -> Iterator[Tensor]:
    """Yield the loss () of a batch at each of the parameters, of a network in training mode, which stays as it is.

    Statistics are those of this batch at these parameters: the running statistics of two networks, interpolated, are
    those of no network (Im, Tao & Branson 2016 interpolate weights; at a quarter of the way they are off by a factor).
    """
    for parameters in places:
        yield criterion(forward(network, parameters, batch.images), batch.labels)


def along_line(start: Parameters, end: Parameters, places: tuple[float, ...]) -> Iterator[dict[str, Tensor]]:
    """Yield (1 − a)·start + a·end for each place a; the ends exactly."""
    for a in places:
        yield {name: (1 - a) * value + a * end[name] for name, value in start.items()}


def over_plane(center: Parameters, seed: int, places: tuple[float, ...]) -> Iterator[dict[str, Tensor]]:
    """Yield center + x·d₁ + y·d₂ for each x, and for each y, along two random directions of the seed."""
    first, second = (direction(center, seed, axis) for axis in ("x", "y"))
    for x in places:
        shifted = moved(center, first, x)
        for y in places:
            yield moved(shifted, second, y)
