"""Noise in a network, drawn once per step.

All forward passes of a step apply the same noise, so a probe that compares the loss at several points measures the
loss, not the noise (Santurkar et al. 2018, section 2.1).
"""

from __future__ import annotations

from abc import abstractmethod
from typing import NamedTuple

import torch
from torch import Tensor, nn

from bntui.seeding import random_key
from bntui.spec import NoiseSpec


class Sample(NamedTuple):
    """One draw: the factor of the activations (None for 1) and the term that is added to them (None for 0)."""

    scale: Tensor | None
    shift: Tensor | None


class Noise(nn.Module):
    """a ← s·a + m for activations a of shape (batch, channels, …); m and s are constants to the gradient.

    In training mode the draw depends only on the seed, the layer, the step, the shape, and on whether a CPU or a GPU
    draws it. In evaluation mode every forward pass draws new noise from a separate generator; with `evaluation` false
    it applies none. Noises of one layer that differ in `role` draw independently.
    """

    role = "noise"

    def __init__(self, *, evaluation: bool = True) -> None:
        super().__init__()
        self.evaluation = evaluation
        self._key: tuple[int, str] = (0, "")
        self._step = 0
        self._reuse = False
        self._samples: dict[torch.Size, Sample] = {}
        self._evaluating: torch.Generator | None = None

    def seed(self, seed: int, layer: str) -> None:
        """Derive all draws from the run's seed and the name of the noise's layer."""
        self._key = (seed, layer)
        self.redraw(0)

    def redraw(self, step: int) -> None:
        """Discard the noise of the last step; the next forward pass draws that of this step."""
        self._step = step
        self._evaluating = None
        if self._reuse:
            self._refill()
        else:
            self._samples.clear()

    def reuse_tensors(self) -> None:
        """From now on, draw each step's noise into the same tensors, as a CUDA graph needs."""
        self._reuse = True

    def _refill(self) -> None:
        for sample in self._samples.values():
            like = next(tensor for tensor in sample if tensor is not None)
            drawn = self.draw(like, self._generator(like, "training"))
            for tensor, new in zip(sample, drawn, strict=True):
                if tensor is not None and new is not None:
                    tensor.copy_(new)

    def forward(self, activations: Tensor) -> Tensor:
        """Return the activations with noise; shape, dtype and device stay."""
        if self.training:
            return self._apply_sample(activations, self._frozen(activations))
        return self._apply_sample(activations, self._fresh(activations)) if self.evaluation else activations

    @abstractmethod
    def draw(self, like: Tensor, generator: torch.Generator) -> Sample:
        """Return noise for activations like `like`, (batch, channels, …), in float32 on its device."""

    def _frozen(self, like: Tensor) -> Sample:
        sample = self._samples.get(like.shape)
        if sample is None:
            sample = self._samples[like.shape] = self.draw(like, self._generator(like, "training"))
        return sample

    def _fresh(self, like: Tensor) -> Sample:
        if self._evaluating is None:
            self._evaluating = self._generator(like, "evaluation")
        return self.draw(like, self._evaluating)

    def _generator(self, like: Tensor, mode: str) -> torch.Generator:
        key = random_key(*self._key, self.role, mode, self._step)
        return torch.Generator(like.device).manual_seed(key)

    @staticmethod
    def _apply_sample(activations: Tensor, sample: Sample) -> Tensor:
        scale, shift = (None if tensor is None else tensor.to(activations.dtype) for tensor in sample)
        if shift is None:
            return activations if scale is None else activations * scale
        return activations + shift if scale is None else torch.addcmul(shift, activations, scale)


class JumpingNoise(Noise):
    """Santurkar et al. 2018, Algorithm 1: noise whose distribution itself is drawn at every step.

    Per channel μ ~ U(−n_μ, n_μ) and σ ~ U(1, n_σ); per element m ~ U(μ − r_μ, μ + r_μ) and s ~ N(σ, r_σ²).
    Height and width count as batch.
    """

    def __init__(self, constants: NoiseSpec) -> None:
        super().__init__(evaluation=constants.evaluation)
        self.constants = constants

    def draw(self, like: Tensor, generator: torch.Generator) -> Sample:
        c = self.constants
        channels = (1, like.shape[1], *(1,) * (like.dim() - 2))

        def empty(shape: tuple[int, ...]) -> Tensor:
            return torch.empty(shape, device=like.device)

        mean = empty(channels).uniform_(-c.n_mu, c.n_mu, generator=generator)
        scale = empty(channels).uniform_(1.0, c.n_sigma, generator=generator)
        shift = empty(tuple(like.shape)).uniform_(-c.r_mu, c.r_mu, generator=generator).add_(mean)
        scales = empty(tuple(like.shape)).normal_(0.0, c.r_sigma, generator=generator).add_(scale)
        return Sample(scales, shift)


class FrozenNoise(Noise):
    """Additive noise per element whose distribution never changes: m ~ N(mean, deviation²), no scaling.

    The simpler noise of the blog post "Why Does Batch Normalization Work?".
    """

    def __init__(self, mean: float, deviation: float, *, evaluation: bool) -> None:
        super().__init__(evaluation=evaluation)
        self.mean = mean
        self.deviation = deviation

    def draw(self, like: Tensor, generator: torch.Generator) -> Sample:
        shift = torch.empty(like.shape, device=like.device)
        return Sample(None, shift.normal_(self.mean, self.deviation, generator=generator))


def noises(network: nn.Module) -> list[Noise]:
    """Return all noise modules of a network, first to last."""
    return [module for module in network.modules() if isinstance(module, Noise)]
