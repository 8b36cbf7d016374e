"""The claims about the loss between networks."""

from __future__ import annotations

from math import inf

from bntui.claims.claim import Claim, Quantity
from bntui.claims.criteria import BN, RATIO, STANDARD

IM = "Im, Tao & Branson 2016"

SURFACE_CLAIMS = (
    Claim(
        id="bn-narrower-barrier",
        source=IM,
        sentence="With BatchNorm, the barrier between two trained networks is narrower",
        kinds=(BN, STANDARD),
        quantity=Quantity("line", "width"),
        compare="ratio",
        bounds=(0.0, 1.0),
        unit=RATIO,
        window="after both have halved the loss",
    ),
    Claim(
        id="bn-steeper-barrier",
        source=IM,
        sentence="With BatchNorm, the barrier between two trained networks has steeper sides for its height",
        kinds=(BN, STANDARD),
        quantity=Quantity("line", "slope"),
        compare="ratio",
        bounds=(1.0, inf),
        unit=RATIO,
        window="after both have halved the loss",
    ),
    Claim(
        id="standard-several-peaks",
        source=IM,
        sentence="Without BatchNorm, the loss between two trained networks has several peaks",
        kinds=(STANDARD,),
        quantity=Quantity("line", "peaks"),
        compare="value",
        bounds=(1.5, inf),
        unit="peaks, mean over steps",
        window="after both have halved the loss",
        reason="several are two or more; a mean of 1.5 has as many lines with one as with two",
    ),
)
