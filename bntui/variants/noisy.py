"""BatchNorm with noise after it, and the noise alone."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from bntui.spec import NoiseSpec
from bntui.variants.batch_norm import BatchNorm
from bntui.variants.noise import FrozenNoise, JumpingNoise, Noise
from bntui.variants.variant import NormSite, Variant


class Noisy(BatchNorm):
    """BatchNorm, then noise whose distribution jumps at every step (Santurkar et al. 2018, Algorithm 1)."""

    def layer(self, site: NormSite, noise: NoiseSpec) -> nn.Module:
        """Return BatchNorm and jumping noise."""
        return _followed(super().layer(site, noise), JumpingNoise(noise))


class NoisyStandard(Variant):
    """The same noise without BatchNorm (Santurkar et al. 2018, section 2.1)."""

    def layer(self, site: NormSite, noise: NoiseSpec) -> nn.Module:
        """Return jumping noise."""
        return JumpingNoise(noise)


class BatchNormFrozenNoise(BatchNorm):
    """BatchNorm, then additive noise of a fixed distribution in the first few layers (the blog post)."""

    def layer(self, site: NormSite, noise: NoiseSpec) -> nn.Module:
        """Return BatchNorm, with noise where `noise.additive` has an entry for the site's position."""
        norm = super().layer(site, noise)
        if site.position >= len(noise.additive):
            return norm
        mean, deviation = noise.additive[site.position]
        return _followed(norm, FrozenNoise(mean, deviation, evaluation=noise.evaluation))


def _followed(norm: nn.Module, noise: Noise) -> nn.Module:
    return nn.Sequential(OrderedDict(norm=norm, noise=noise))
