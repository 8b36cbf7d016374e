"""The variant without normalization."""

from __future__ import annotations

from torch import nn

from bntui.spec import NoiseSpec
from bntui.variants.variant import NormSite, Variant


class Standard(Variant):
    """No normalization."""

    def layer(self, site: NormSite, noise: NoiseSpec) -> nn.Module:
        """Return the identity."""
        return nn.Identity()
