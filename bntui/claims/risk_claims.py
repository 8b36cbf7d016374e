"""The claims about SGD and ridge regression, in the simplest model and without BatchNorm."""

from __future__ import annotations

from math import inf

from bntui.claims.claim import Claim, Quantity

ZOU = "Zou et al. 2021"

RISK_CLAIMS = (
    Claim(
        id="sgd-beats-ridge",
        source=ZOU,
        sentence="For some linear function, the risk of SGD is less than half of that of ridge regression, both tuned",
        kinds=(("standard",),),
        quantity=Quantity("excess_risk", "ratio"),
        compare="value",
        bounds=(-inf, 0.5),
        unit="least SGD / ridge of the targets, at the largest N",
        window="last quarter",
        single=True,
        reason="the least of three ratios scatters below 1 where nothing differs; it would not reach a half",
    ),
    Claim(
        id="sgd-catches-up",
        source=ZOU,
        sentence="Where SGD is worse than ridge regression with N samples, it is not with N·ln N, both tuned",
        kinds=(("standard",),),
        quantity=Quantity("excess_risk", "longer_ratio"),
        compare="value",
        bounds=(-inf, 1.0),
        unit="SGD of N·ln N / ridge of N, at worst",
        window="last quarter",
        single=True,
        reason="1 is where both have the same risk",
    ),
)
