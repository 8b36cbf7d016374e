"""BatchNorm whose statistics stand outside the gradient."""

from __future__ import annotations

from typing import ClassVar, Literal

from torch import Tensor, nn

from bntui.spec import NoiseSpec
from bntui.variants.moment_norm import MomentNorm
from bntui.variants.variant import Epsilon, Momentum, NormSite, Variant

Detached = Literal["mean", "variance", "both"]


class DetachedNorm(MomentNorm):
    """BatchNorm by the batch's mean and variance, of which the detached ones are constants to the gradient."""

    def __init__(self, channels: int, detached: Detached, *, eps: float, momentum: float) -> None:
        super().__init__(channels, eps=eps, momentum=momentum)
        self.detached = detached

    def used(self, mean: Tensor, var: Tensor) -> tuple[Tensor, Tensor]:
        return (
            mean if self.detached == "variance" else mean.detach(),
            var if self.detached == "mean" else var.detach(),
        )


class BatchNormDetached(Variant):
    """BatchNorm with statistics that are constants to the gradient (Ioffe & Szegedy 2015, section 2).

    The bias of the convolution or linear layer before it then has a gradient, although no output depends on it.
    `detached` is what the gradient does not flow through: 'mean', 'variance' or 'both'.
    """

    true_gradient: ClassVar[bool] = False

    detached: Detached = "both"
    eps: Epsilon = 1e-5
    momentum: Momentum = 0.1

    def layer(self, site: NormSite, noise: NoiseSpec) -> nn.Module:
        """Return BatchNorm over batch and any height and width, without the gradient of its statistics."""
        return DetachedNorm(site.channels, self.detached, eps=self.eps, momentum=self.momentum)
