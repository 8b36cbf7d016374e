"""What BatchNorm does to one batch of two units, a step at a time; a state, and the states that keys lead to.

After the interactive part of "Why Does Batch Normalization Work?" (Bektursun 2018); the steps are those of Ioffe and
Szegedy 2015, Algorithm 1, and the noise after them that of Santurkar et al. 2018, Algorithm 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

import numpy as np

from bntui.spec import NoiseSpec
from bntui.views.smooth import Array

SAMPLES, UNITS = 64, 2
EPSILON = 1e-5
"""Keeps the division safe where a unit hardly varies; PyTorch's."""

RANGE = (-3.0, 3.0)
"""Of every slider."""

_MARGIN = 1.05


class Step(Enum):
    """What can be done to a batch, in the order in which it is."""

    CENTRE = "centre"
    DIVIDE = "divide"
    AFFINE = "affine"
    NOISE = "noise"


class Map(NamedTuple):
    """One step in numbers, x ↦ scale·x + shift: (units,), or (samples, units) where each sample has its own."""

    scale: Array
    shift: Array

    def __call__(self, batch: Array) -> Array:
        """Apply it to a batch (samples, units)."""
        return self.scale * batch + self.shift


class Moments(NamedTuple):
    """Mean and biased variance of each unit, (units,)."""

    mean: Array
    var: Array


@dataclass(frozen=True, slots=True, eq=False)
class Mechanics:
    """A batch, the steps that are applied to it, and the numbers they need.

    `batch` is (samples, units), the draw numbered `drawn`; `noise` numbers the noise's draws; `reach` is the
    half-width of the square about 0 that is shown: it stays until the batch is drawn anew or leaves it.
    """

    batch: Array
    drawn: int
    applied: frozenset[Step] = frozenset()
    weight: tuple[float, ...] = (1.5, 0.5)
    bias: tuple[float, ...] = (1.0, -1.0)
    noise: int = 1
    reach: float = 1.0

    def result(self, before: Step | None = None) -> Array:
        """The batch after all applied steps, or after those before one of them."""
        batch = self.batch
        for step in Step:
            if step is before:
                break
            if step in self.applied:
                batch = self.map_of(step)(batch)
        return batch

    def map_of(self, step: Step) -> Map:
        """What a step does, or would do, to what comes to it."""
        batch = self.result(before=step)
        one, mean, var = np.ones(UNITS), *moments(batch)
        if step is Step.CENTRE:
            return Map(one, -mean)
        if step is Step.DIVIDE:
            return Map(one / np.sqrt(var + EPSILON), 0 * one)
        if step is Step.AFFINE:
            return Map(np.array(self.weight), np.array(self.bias))
        return _noise(self.drawn, self.noise)[1]

    @property
    def jump(self) -> Map:
        """The part of the noise that all samples share: each unit's σ and μ."""
        return _noise(self.drawn, self.noise)[0]


def moments(batch: Array) -> Moments:
    """Mean and biased variance over the samples, as BatchNorm takes them in training."""
    return Moments(batch.mean(axis=0), batch.var(axis=0))


def draw(number: int = 0, like: Mechanics | None = None) -> Mechanics:
    """New data, correlated and off the middle; steps, sliders and noise stay as they are in `like`."""
    random = np.random.default_rng([number])
    mean, deviation = random.uniform(1, 3, UNITS) * random.choice((-1, 1), UNITS), random.uniform(0.3, 1.6, UNITS)
    angle = math.asin(random.uniform(-0.9, 0.9))
    first, second = random.standard_normal((2, SAMPLES))
    batch = np.stack([first, math.sin(angle) * first + math.cos(angle) * second], axis=1) * deviation + mean
    state = replace(like, batch=batch, drawn=number) if like else Mechanics(batch, number)
    whole = replace(state, applied=frozenset(Step))
    return replace(state, reach=_reach(batch, *(whole.result(before=step) for step in Step), whole.result()))


def toggled(state: Mechanics, step: Step) -> Mechanics:
    """The step applied, or taken back; the steps after it then get what is there without it."""
    return _kept_in_sight(replace(state, applied=state.applied ^ {step}))


def forward(state: Mechanics) -> Mechanics:
    """The next step after the last one applied."""
    last = max((index for index, step in enumerate(Step) if step in state.applied), default=-1)
    following = list(Step)[last + 1 : last + 2]
    return toggled(state, following[0]) if following else state


def back(state: Mechanics) -> Mechanics:
    """Without the last step applied."""
    last = [step for step in Step if step in state.applied][-1:]
    return toggled(state, last[0]) if last else state


def shaken(state: Mechanics) -> Mechanics:
    """With noise, drawn anew where there was some already, as at every step of a training."""
    following = state.noise + (Step.NOISE in state.applied)
    return _kept_in_sight(replace(state, noise=following, applied=state.applied | {Step.NOISE}))


def slid(state: Mechanics, slider: int, to: float) -> Mechanics:
    """A slider elsewhere: the units' weights come first, then their biases. They are applied if they were not."""
    values = [*state.weight, *state.bias]
    values[slider] = round(min(max(to, RANGE[0]), RANGE[1]), 2)
    weight, bias = tuple(values[:UNITS]), tuple(values[UNITS:])
    return _kept_in_sight(replace(state, weight=weight, bias=bias, applied=state.applied | {Step.AFFINE}))


def _noise(drawn: int, number: int) -> tuple[Map, Map]:
    """What all samples share, and what each gets, with the constants that a run's noise has by default."""
    constants, random = NoiseSpec(), np.random.default_rng([drawn, number])
    mean = random.uniform(-constants.n_mu, constants.n_mu, UNITS)
    scale = random.uniform(1.0, constants.n_sigma, UNITS)
    shifts = random.uniform(mean - constants.r_mu, mean + constants.r_mu, (SAMPLES, UNITS))
    return Map(scale, mean), Map(random.normal(scale, constants.r_sigma, (SAMPLES, UNITS)), shifts)


def _kept_in_sight(state: Mechanics) -> Mechanics:
    return replace(state, reach=max(state.reach, _reach(state.result())))


def _reach(*batches: Array) -> float:
    return float(math.ceil(max(np.abs(batch).max() for batch in batches) * _MARGIN))
