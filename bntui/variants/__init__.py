"""What makes a variant: the module that stands where a network has room for normalization."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from bntui.spec import NoiseSpec
from bntui.variants.lp import LpNorm
from bntui.variants.noise import FrozenNoise, JumpingNoise, Noise


@dataclass(frozen=True, slots=True)
class NormSite:
    """Where a normalization layer goes: its channels, 1 (linear) or 2 (convolution) dimensions, its position.

    `position` counts the network's places for normalization from 0.
    """

    channels: int
    dims: int
    position: int


Variant = Callable[[NormSite, NoiseSpec], nn.Module]
"""Builds what stands at a place; activations in and out have the same shape (batch, channels, …)."""


def standard(site: NormSite, noise: NoiseSpec) -> nn.Module:
    """No normalization."""
    return nn.Identity()


def bn(site: NormSite, noise: NoiseSpec) -> nn.Module:
    """BatchNorm (Ioffe & Szegedy 2015), as PyTorch has it."""
    return (nn.BatchNorm2d if site.dims == 2 else nn.BatchNorm1d)(site.channels)


def noisy(site: NormSite, noise: NoiseSpec) -> nn.Module:
    """BatchNorm, and after it noise whose distribution jumps (Santurkar et al. 2018, Algorithm 1)."""
    return _with_noise(bn(site, noise), JumpingNoise(noise))


def noisy_standard(site: NormSite, noise: NoiseSpec) -> nn.Module:
    """The same noise without BatchNorm (Santurkar et al. 2018, section 2.1)."""
    return JumpingNoise(noise)


def bn_frozen_noise(site: NormSite, noise: NoiseSpec) -> nn.Module:
    """BatchNorm, and after the first few of them additive noise of a fixed distribution (the blog post's)."""
    if site.position >= len(noise.additive):
        return bn(site, noise)
    mean, deviation = noise.additive[site.position]
    return _with_noise(bn(site, noise), FrozenNoise(mean, deviation, evaluation=noise.evaluation))


def l1(site: NormSite, noise: NoiseSpec) -> nn.Module:
    """Division by the average absolute value instead of the standard deviation (Santurkar et al. 2018, 3.3)."""
    return LpNorm(site.channels, 1)


def l2(site: NormSite, noise: NoiseSpec) -> nn.Module:
    """Division by the root of the mean square, taken before the mean is subtracted (Santurkar et al. 2018, 3.3)."""
    return LpNorm(site.channels, 2)


def linf(site: NormSite, noise: NoiseSpec) -> nn.Module:
    """Division by the largest absolute value (Santurkar et al. 2018, 3.3)."""
    return LpNorm(site.channels, math.inf)


def layernorm(site: NormSite, noise: NoiseSpec) -> nn.Module:
    """Each sample by itself, over channels, height and width (Ba et al. 2016); weight and bias per channel."""
    return nn.GroupNorm(1, site.channels) if site.dims == 2 else nn.LayerNorm(site.channels)


def groupnorm(site: NormSite, noise: NoiseSpec) -> nn.Module:
    """Each sample by itself, over groups of 16 channels (Wu & He 2018), or over two groups where there are fewer."""
    return nn.GroupNorm(math.gcd(site.channels, max(2, site.channels // 16)), site.channels)


def _with_noise(norm: nn.Module, noise: Noise) -> nn.Module:
    return nn.Sequential(OrderedDict(norm=norm, noise=noise))


VARIANTS: dict[str, Variant] = {
    "standard": standard,
    "bn": bn,
    "noisy": noisy,
    "noisy-standard": noisy_standard,
    "bn-frozen-noise": bn_frozen_noise,
    "l1": l1,
    "l2": l2,
    "linf": linf,
    "layernorm": layernorm,
    "groupnorm": groupnorm,
}
