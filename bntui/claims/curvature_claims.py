"""The claims about curvature, flatness and the rank of activations.

Where sources disagree, a sentence says what one side says: that BatchNorm makes the loss smoother (Santurkar et al.
2018) is contradicted where the other is right, that it need not do so in shallow networks (Yao et al. 2019). A sweep
over the depth decides both.
"""

from __future__ import annotations

from math import inf

from bntui.claims.claim import Claim, Quantity
from bntui.claims.criteria import BN, RATIO, STANDARD

GHORBANI = "Ghorbani et al. 2019"
POPULATION = ("bn-population",)
HOVERS = (
    "to hover at the threshold is read as a mean within the usual band of equivalence for ratios, 0.8 to 1.25; with"
    " cross-entropy the sharpness falls at the end of training, which a long run would count"
)

CURVATURE_CLAIMS = (
    Claim(
        id="edge-of-stability",
        source="Cohen et al. 2021, section 3",
        sentence="Gradient descent on all samples trains with a sharpness that hovers at 2/lr",
        kinds=(STANDARD,),
        quantity=Quantity("sharpness", "relative"),
        compare="value",
        bounds=(0.8, 1.25),
        unit="λ₁·lr/2, mean over steps",
        window="after both have halved the loss",
        reason=HOVERS,
        full_batch=True,
    ),
    Claim(
        id="sharpness-lower",
        source="Santurkar et al. 2018, section 3.1; against it Yao et al. 2019, of shallow networks",
        sentence="With BatchNorm, the loss is smoother: the largest eigenvalue of its Hessian is smaller",
        kinds=(BN, STANDARD),
        quantity=Quantity("sharpness", "lambda_max"),
        compare="ratio",
        bounds=(0.0, 1.0),
        unit=RATIO,
    ),
    Claim(
        id="outliers-vanish",
        source=GHORBANI,
        sentence="With BatchNorm, the largest eigenvalues of the Hessian stand out less",
        kinds=(BN, STANDARD),
        quantity=Quantity("sharpness", "outlier_ratio"),
        compare="ratio",
        bounds=(0.0, 1.0),
        unit=f"λ₁/λ_K: {RATIO}",
        window="after both have halved the loss",
    ),
    Claim(
        id="outliers-hold-gradient",
        source=GHORBANI,
        sentence="With BatchNorm, less of the gradient lies in the directions of the largest eigenvalues",
        kinds=(BN, STANDARD),
        quantity=Quantity("sharpness", "gradient_share"),
        compare="ratio",
        bounds=(0.0, 1.0),
        unit=RATIO,
        window="after both have halved the loss",
    ),
    Claim(
        id="outliers-come-back",
        source=GHORBANI,
        sentence="Where BatchNorm normalizes by running statistics in training, the outliers come back",
        kinds=(POPULATION, BN),
        quantity=Quantity("sharpness", "outlier_ratio"),
        compare="ratio",
        bounds=(1.0, inf),
        unit=f"λ₁/λ_K: {RATIO}",
    ),
    Claim(
        id="flatter-minima",
        source="Santurkar et al. 2018, section 6",
        sentence="With BatchNorm, the loss is flatter about the weights, by relative distances and at equal loss",
        kinds=(BN, STANDARD),
        quantity=Quantity("flatness", "rise_at_0.5", at_equal="loss"),
        compare="ratio",
        bounds=(0.0, 1.0),
        unit="rise of the loss at half the weights' length: {0} / {1}, geometric mean over losses that both have",
    ),
    Claim(
        id="rank-collapses",
        source="Daneshmand et al. 2020",
        sentence="At initialization, depth loses less of the rank of activations with BatchNorm",
        kinds=(BN, STANDARD),
        quantity=Quantity("effective_rank", "kept"),
        compare="ratio",
        bounds=(1.0, inf),
        unit="effective rank of the last layer / first: {0} / {1}",
        window="initialization",
    ),
)
