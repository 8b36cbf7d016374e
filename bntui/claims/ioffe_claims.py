"""What Ioffe & Szegedy hold of learning rates, of initial weights and of dropout."""

from __future__ import annotations

from math import inf

from bntui.claims.claim import Claim, Quantity
from bntui.claims.criteria import AREA, BN, STANDARD

IOFFE = "Ioffe & Szegedy 2015"
LOSS = Quantity("train", "loss")

IOFFE_CLAIMS = (
    Claim(
        id="larger-rate-faster",
        source=f"{IOFFE}, section 4.2",
        sentence="With BatchNorm, training is faster with a larger learning rate than with the smallest",
        kinds=(BN, BN),
        quantity=Quantity("train", "accuracy"),
        compare="difference",
        bounds=(0.0, inf),
        unit=AREA,
        window="until both have halved the loss",
        differing=("lr",),
    ),
    Claim(
        id="resilient-to-rate",
        source=f"{IOFFE}, section 3.3",
        sentence="With BatchNorm, the loss depends less on the learning rate",
        kinds=(BN, STANDARD),
        quantity=LOSS,
        compare="spread across",
        bounds=(0.0, 1.0),
        unit="standard deviation of ln loss over rates, mean over steps: BatchNorm / without",
        window="last quarter",
        across="lr",
    ),
    Claim(
        id="resilient-to-gain",
        source=f"{IOFFE}, section 3.3",
        sentence="With BatchNorm, the loss depends less on the scale of the initial weights",
        kinds=(BN, STANDARD),
        quantity=LOSS,
        compare="spread across",
        bounds=(0.0, 1.0),
        unit="standard deviation of ln loss over gains, mean over steps: BatchNorm / without",
        window="last quarter",
        across="gain",
    ),
    Claim(
        id="dropout-removable",
        source=f"{IOFFE}, section 4.2",
        sentence="With BatchNorm, dropout is no longer needed: it does not improve generalization",
        kinds=(BN, BN),
        quantity=Quantity("test", "accuracy"),
        compare="difference",
        bounds=(-inf, 0.0),
        unit="test accuracy, mean over steps: {0} − {1}",
        window="last quarter",
        differing=("dropout",),
    ),
)
