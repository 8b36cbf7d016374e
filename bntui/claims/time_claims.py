"""What the papers say of speed, per second of training instead of per step.

The papers compare steps. A step of BatchNorm takes longer than one of the plain network, by how much depends on the
machine, its threads and what else runs on it; so a verdict is about the machine that trained the runs. Seconds are
those of a variant's own passes and updates, without what probes took, while the other variants train beside it.
"""

from __future__ import annotations

from math import inf

from bntui.claims.claim import Claim, Quantity
from bntui.claims.criteria import BN, NOISY, STANDARD

ACCURACY_PER_SECOND = Quantity("train", "accuracy", per_second=True)
AREA_PER_SECOND = "training accuracy, mean over equal seconds of training: {0} − {1}"

TIME_CLAIMS = (
    Claim(
        id="bn-faster-per-second",
        source="Santurkar et al. 2018, section 1, which speaks of steps",
        sentence="Per second of training on this machine, BatchNorm trains faster than the plain network",
        kinds=(BN, STANDARD),
        quantity=ACCURACY_PER_SECOND,
        compare="difference",
        bounds=(0.0, inf),
        unit=AREA_PER_SECOND,
        window="until both have halved the loss",
    ),
    Claim(
        id="noisy-faster-per-second",
        source="Santurkar et al. 2018, section 2.1, which speaks of steps",
        sentence="Per second of training on this machine, noisy BatchNorm trains faster than the plain network",
        kinds=(NOISY, STANDARD),
        quantity=ACCURACY_PER_SECOND,
        compare="difference",
        bounds=(0.0, inf),
        unit=AREA_PER_SECOND,
        window="until both have halved the loss",
    ),
)
