"""GroupNorm."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field
from torch import nn

from bntui.records import UserError
from bntui.spec import NoiseSpec
from bntui.variants.variant import Epsilon, NormSite, Variant


class GroupNorm(Variant):
    """Normalizes each sample by itself, over groups of channels (Wu & He 2018).

    `groups` has to divide every layer's channels. By default groups have 16 channels; a layer of fewer than 32 has two
    groups, or one where its channels are odd in number.
    """

    groups: Annotated[int, Field(ge=1)] | None = None
    eps: Epsilon = 1e-5

    def layer(self, site: NormSite, noise: NoiseSpec) -> nn.Module:
        """Return GroupNorm."""
        groups = self.groups or math.gcd(site.channels, max(2, site.channels // 16))
        if site.channels % groups:
            divisors = [str(number) for number in range(1, site.channels + 1) if site.channels % number == 0]
            raise UserError(
                f"groups = {groups}: does not divide the {site.channels} channels of a layer;"
                f" choose from {', '.join(divisors)}"
            )
        return nn.GroupNorm(groups, site.channels, eps=self.eps)
