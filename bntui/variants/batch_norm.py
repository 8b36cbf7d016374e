"""BatchNorm."""

from __future__ import annotations

from torch import nn

from bntui.spec import NoiseSpec
from bntui.variants.variant import Epsilon, Momentum, NormSite, Variant


class BatchNorm(Variant):
    """PyTorch's BatchNorm (Ioffe & Szegedy 2015)."""

    eps: Epsilon = 1e-5
    momentum: Momentum = 0.1

    def layer(self, site: NormSite, noise: NoiseSpec) -> nn.Module:
        """Return BatchNorm over batch and any height and width."""
        kind = nn.BatchNorm2d if site.dims == 2 else nn.BatchNorm1d
        return kind(site.channels, eps=self.eps, momentum=self.momentum)
