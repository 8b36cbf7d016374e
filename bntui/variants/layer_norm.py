"""LayerNorm."""

from __future__ import annotations

from torch import nn

from bntui.spec import NoiseSpec
from bntui.variants.variant import Epsilon, NormSite, Variant


class LayerNorm(Variant):
    """Normalizes each sample by itself (Ba et al. 2016), with weight and bias per channel."""

    eps: Epsilon = 1e-5

    def layer(self, site: NormSite, noise: NoiseSpec) -> nn.Module:
        """Return LayerNorm over channels and any height and width."""
        if site.dims == 2:
            return nn.GroupNorm(1, site.channels, eps=self.eps)
        return nn.LayerNorm(site.channels, eps=self.eps)
