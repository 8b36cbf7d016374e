"""The claims of Bjorck et al. 2018 about deep networks at initialization, in which BatchNorm decides what a step does.

They are about the first step alone, before any training, so that one measurement under each seed is enough. The source
speaks of 110 layers: in shallow networks the differences are small, or of the other sign.
"""

from __future__ import annotations

from math import inf

from bntui.claims.claim import Claim, Quantity
from bntui.claims.criteria import BN, STANDARD

BJORCK = "Bjorck et al. 2018"

BJORCK_CLAIMS = (
    Claim(
        id="diverges-earlier",
        source=f"{BJORCK}, section 3",
        sentence="Without BatchNorm, shorter steps along the gradient diverge: to a thousand times the loss",
        kinds=(STANDARD, BN),
        quantity=Quantity("step_scan", "first_divergence"),
        compare="ratio",
        bounds=(0.0, 1.0),
        unit="first diverging step length: {0} / {1}",
        window="initialization",
    ),
    Claim(
        id="grows-with-depth",
        source=f"{BJORCK}, section 3.1",
        sentence="Without BatchNorm, activations grow more from the first hidden layer to the last",
        kinds=(STANDARD, BN),
        quantity=Quantity("depth_moments", "growth"),
        compare="ratio",
        bounds=(1.0, inf),
        unit="deviation of the last layer / first: {0} / {1}",
        window="initialization",
    ),
    Claim(
        id="gradients-coherent",
        source=f"{BJORCK}, section 3.2",
        sentence="Without BatchNorm, the samples' gradients for the outputs are more alike",
        kinds=(STANDARD, BN),
        quantity=Quantity("class_gradients", "coherence"),
        compare="ratio",
        bounds=(1.0, inf),
        unit="coherence: {0} / {1}",
        window="initialization",
    ),
    Claim(
        id="gradients-uncancelled",
        source=f"{BJORCK}, section 3.2",
        sentence="Without BatchNorm, fewer terms of the weights' gradients cancel, averaged over layers",
        kinds=(STANDARD, BN),
        quantity=Quantity("cancellation", "ratio", layers="mean"),
        compare="ratio",
        bounds=(1.0, inf),
        unit="cancellation, 1 for none: {0} / {1}",
        window="initialization",
    ),
)
