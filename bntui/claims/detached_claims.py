"""The claims about normalization outside the gradient."""

from __future__ import annotations

from math import inf

from bntui.claims.claim import Claim, Quantity
from bntui.claims.criteria import BN, RATIO

IOFFE = "Ioffe & Szegedy 2015, section 2"
DETACHED = ("bn-detached",)

DETACHED_CLAIMS = (
    Claim(
        id="detached-bias-grows",
        source=IOFFE,
        sentence="With statistics outside the gradient, the biases before them grow, as they do not with BatchNorm",
        kinds=(DETACHED, BN),
        quantity=Quantity("bias_drift", "norm", layers="each"),
        compare="difference",
        bounds=(0.0, inf),
        unit="‖b‖, mean over steps: {0} − {1}",
    ),
    Claim(
        id="detached-loss-stays",
        source=IOFFE,
        sentence="With statistics outside the gradient, the loss falls less than with BatchNorm",
        kinds=(DETACHED, BN),
        quantity=Quantity("train", "loss"),
        compare="ratio",
        bounds=(1.0, inf),
        unit=RATIO,
    ),
)
