"""The claims about normalization by the batches of several steps."""

from __future__ import annotations

from math import inf

from bntui.claims.claim import Claim, Quantity
from bntui.claims.criteria import ACCURACY, AREA, BN, RATIO

YAO = "Yao et al. 2020"
CBN = ("cbn",)
NAIVE = ("cbn-naive",)

SMALL_BATCH_CLAIMS = (
    Claim(
        id="cbn-faster",
        source=YAO,
        sentence="With few samples in a batch, Cross-Iteration BatchNorm trains faster than BatchNorm",
        kinds=(CBN, BN),
        quantity=ACCURACY,
        compare="difference",
        bounds=(0.0, inf),
        unit=AREA,
    ),
    Claim(
        id="cbn-faster-than-naive",
        source=YAO,
        sentence="Compensation for the change of weights lets the batches of several steps train a network faster",
        kinds=(CBN, NAIVE),
        quantity=ACCURACY,
        compare="difference",
        bounds=(0.0, inf),
        unit=AREA,
    ),
    Claim(
        id="cbn-mean-error",
        source=YAO,
        sentence="Compensation makes the means of several batches truer, averaged over layers",
        kinds=(CBN, NAIVE),
        quantity=Quantity("statistics_error", "mean_error", layers="mean"),
        compare="ratio",
        bounds=(0.0, 1.0),
        unit=RATIO,
    ),
    Claim(
        id="cbn-variance-error",
        source=YAO,
        sentence="The variances of several batches, compensated, are truer than that of one, averaged over layers",
        kinds=(CBN, BN),
        quantity=Quantity("statistics_error", "variance_error", layers="mean"),
        compare="ratio",
        bounds=(0.0, 1.0),
        unit=RATIO,
    ),
)
