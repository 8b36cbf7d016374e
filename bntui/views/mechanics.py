"""BatchNorm applied to one batch of two units, step by step: a state, and functions from one state to the next.

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
"""Added to the variance so that the division is safe for a nearly constant unit; PyTorch's default."""

RANGE = (-3.0, 3.0)
"""Lowest and highest value of every slider."""

_MARGIN = 1.05


class Step(Enum):
    """The steps that can be applied to a batch, in order."""

    CENTRE = "centre"
    DIVIDE = "divide"
    AFFINE = "affine"
    NOISE = "noise"


class AffineMap(NamedTuple):
    """The map x ↦ scale·x + shift of one step: (units,), or (samples, units) if it differs between samples."""

    scale: Array
    shift: Array

    def __call__(self, batch: Array) -> Array:
        """Return the image of a batch (samples, units)."""
        return self.scale * batch + self.shift


class Moments(NamedTuple):
    """Mean and biased variance of each unit, (units,)."""

    mean: Array
    var: Array


@dataclass(frozen=True, slots=True, eq=False)
class Mechanics:
    """A batch, the steps applied to it, and their parameters.

    `batch` is (samples, units), drawn with `batch_seed`; `noise_seed` is the seed of the noise. `half_width` is that
    of the square around 0 that is shown; it changes when the batch is drawn anew or leaves the square.
    """

    batch: Array
    batch_seed: int
    applied: frozenset[Step] = frozenset()
    weight: tuple[float, ...] = (1.5, 0.5)
    bias: tuple[float, ...] = (1.0, -1.0)
    noise_seed: int = 1
    half_width: float = 1.0

    def result(self, before: Step | None = None) -> Array:
        """Return the batch after all applied steps, or only after those before the step `before`."""
        batch = self.batch
        for step in Step:
            if step is before:
                break
            if step in self.applied:
                batch = self.map_of(step)(batch)
        return batch

    def map_of(self, step: Step) -> AffineMap:
        """Return the map of a step, applied or not, given the steps applied before it."""
        batch = self.result(before=step)
        ones, (mean, var) = np.ones(UNITS), moments(batch)
        if step is Step.CENTRE:
            return AffineMap(ones, -mean)
        if step is Step.DIVIDE:
            return AffineMap(ones / np.sqrt(var + EPSILON), 0 * ones)
        if step is Step.AFFINE:
            return AffineMap(np.array(self.weight), np.array(self.bias))
        return _noise(self.batch_seed, self.noise_seed)[1]

    @property
    def shared_noise(self) -> AffineMap:
        """The part of the noise that all samples share: σ and μ of each unit."""
        return _noise(self.batch_seed, self.noise_seed)[0]


def moments(batch: Array) -> Moments:
    """Return mean and biased variance over the samples, as BatchNorm uses them in training."""
    return Moments(batch.mean(axis=0), batch.var(axis=0))


def draw_batch(seed: int = 0, like: Mechanics | None = None) -> Mechanics:
    """Return a state with new data, correlated and not centred; steps, sliders and noise are those of `like`."""
    random = np.random.default_rng([seed])
    mean, deviation = random.uniform(1, 3, UNITS) * random.choice((-1, 1), UNITS), random.uniform(0.3, 1.6, UNITS)
    angle = math.asin(random.uniform(-0.9, 0.9))
    first, second = random.standard_normal((2, SAMPLES))
    batch = np.stack([first, math.sin(angle) * first + math.cos(angle) * second], axis=1) * deviation + mean
    state = replace(like, batch=batch, batch_seed=seed) if like else Mechanics(batch, seed)
    complete = replace(state, applied=frozenset(Step))
    stages = (complete.result(before=step) for step in Step)
    return replace(state, half_width=_half_width(batch, *stages, complete.result()))


def toggle(state: Mechanics, step: Step) -> Mechanics:
    """Apply the step, or undo it; later steps then act on the batch without it."""
    return _widened(replace(state, applied=state.applied ^ {step}))


def apply_next(state: Mechanics) -> Mechanics:
    """Apply the step after the last applied one."""
    last = max((index for index, step in enumerate(Step) if step in state.applied), default=-1)
    following = list(Step)[last + 1 : last + 2]
    return toggle(state, following[0]) if following else state


def undo_last(state: Mechanics) -> Mechanics:
    """Undo the last applied step."""
    last = [step for step in Step if step in state.applied][-1:]
    return toggle(state, last[0]) if last else state


def draw_noise(state: Mechanics) -> Mechanics:
    """Apply noise; draw it anew if it is applied already, as at every step of training."""
    seed = state.noise_seed + (Step.NOISE in state.applied)
    return _widened(replace(state, noise_seed=seed, applied=state.applied | {Step.NOISE}))


def move_slider(state: Mechanics, slider: int, value: float) -> Mechanics:
    """Set a slider, within its range, and apply weight and bias. Sliders are the units' weights, then their biases."""
    values = [*state.weight, *state.bias]
    values[slider] = round(min(max(value, RANGE[0]), RANGE[1]), 2)
    weight, bias = tuple(values[:UNITS]), tuple(values[UNITS:])
    return _widened(replace(state, weight=weight, bias=bias, applied=state.applied | {Step.AFFINE}))


def _noise(batch_seed: int, noise_seed: int) -> tuple[AffineMap, AffineMap]:
    """Return the shared noise and the noise of each sample, with the default constants of a run's noise."""
    constants, random = NoiseSpec(), np.random.default_rng([batch_seed, noise_seed])
    mean = random.uniform(-constants.n_mu, constants.n_mu, UNITS)
    scale = random.uniform(1.0, constants.n_sigma, UNITS)
    shifts = random.uniform(mean - constants.r_mu, mean + constants.r_mu, (SAMPLES, UNITS))
    return AffineMap(scale, mean), AffineMap(random.normal(scale, constants.r_sigma, (SAMPLES, UNITS)), shifts)


def _widened(state: Mechanics) -> Mechanics:
    return replace(state, half_width=max(state.half_width, _half_width(state.result())))


def _half_width(*batches: Array) -> float:
    return float(math.ceil(max(np.abs(batch).max() for batch in batches) * _MARGIN))
