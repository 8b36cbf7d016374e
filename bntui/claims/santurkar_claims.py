"""The claims of Santurkar et al., and of the blog post about them.

The figures of Santurkar et al. show whole trainings, and that is the window of most claims. Only how much faster a
network trains is asked until the slower one has trained as well: over a whole run any difference becomes small, if it
is long.

Where a claim is about each layer, `deciding` names the layers that it is read to speak of. The figures of drift show
single layers of a VGG, which is convolutional but for its last layers; so the convolutional layers decide, and the
others are shown beside. The identity of theorem 4.1 is about any layer.
"""

from __future__ import annotations

from math import inf

from bntui.claims.claim import Claim, Quantity
from bntui.claims.criteria import (
    ACCURACY,
    AREA,
    BN,
    LP,
    MARGIN,
    NOISY,
    NORMALIZED,
    RATIO,
    ROUNDING,
    STANDARD,
    TWENTIETH,
)

SANTURKAR = "Santurkar et al. 2018"
BLOG = "Bektursun 2018"
FIFTH = "a ratio of 0.8 or more counts as not reduced: 0.8 to 1.25 is the usual band of equivalence for ratios"
COSINE = "a twentieth of the cosine's range from −1 to 1 counts as no change"
ENTIRELY = "to keep a network from training 'entirely' is read as leaving it at most a tenth of what the other learns"

SANTURKAR_CLAIMS = (
    Claim(
        id="bn-faster",
        source=f"{SANTURKAR}, section 1, figure 1",
        sentence="BatchNorm trains faster than the plain network",
        kinds=(BN, STANDARD),
        quantity=ACCURACY,
        compare="difference",
        bounds=(0.0, inf),
        unit=AREA,
        window="until both have halved the loss",
    ),
    Claim(
        id="noisy-matches-bn",
        source=f"{SANTURKAR}, section 2.1, figure 2",
        sentence="Noisy BatchNorm trains as fast as BatchNorm",
        kinds=(NOISY, BN),
        quantity=ACCURACY,
        compare="difference",
        bounds=(-MARGIN, MARGIN),
        unit=AREA,
        reason=TWENTIETH,
    ),
    Claim(
        id="noisy-faster",
        source=f"{SANTURKAR}, section 2.1, figure 2",
        sentence="Noisy BatchNorm trains faster than the plain network",
        kinds=(NOISY, STANDARD),
        quantity=ACCURACY,
        compare="difference",
        bounds=(0.0, inf),
        unit=AREA,
        window="until both have halved the loss",
    ),
    Claim(
        id="noisy-mean-drifts",
        source=f"{SANTURKAR}, section 2.1, figure 2",
        sentence="With noise, the means of what convolutional layers put out drift more than in the plain network",
        kinds=(NOISY, STANDARD),
        quantity=Quantity("moments", "mean_drift", layers="each", deciding="conv"),
        compare="ratio",
        bounds=(1.0, inf),
        unit=RATIO,
    ),
    Claim(
        id="noisy-var-drifts",
        source=f"{SANTURKAR}, section 2.1, figure 2",
        sentence="With noise, the variances of what convolutional layers put out drift more than in the plain network",
        kinds=(NOISY, STANDARD),
        quantity=Quantity("moments", "var_drift", layers="each", deciding="conv"),
        compare="ratio",
        bounds=(1.0, inf),
        unit=RATIO,
    ),
    Claim(
        id="ics-l2",
        source=f"{SANTURKAR}, section 2.2, figure 3",
        sentence="BatchNorm does not reduce internal covariate shift: the gradient's change, averaged over layers",
        kinds=(BN, STANDARD),
        quantity=Quantity("ics", "l2", layers="mean", after_first=True),
        compare="ratio",
        bounds=(0.8, inf),
        unit=RATIO,
        reason=FIFTH,
    ),
    Claim(
        id="ics-cosine",
        source=f"{SANTURKAR}, section 2.2, figure 3",
        sentence="BatchNorm does not reduce internal covariate shift: the gradient's turn, averaged over layers",
        kinds=(BN, STANDARD),
        quantity=Quantity("ics", "cosine", layers="mean", after_first=True),
        compare="difference",
        bounds=(-inf, MARGIN * 2),
        unit="cosine, mean over steps: {0} − {1}",
        reason=COSINE,
    ),
    Claim(
        id="loss-range",
        source=f"{SANTURKAR}, section 3.1, figure 4a",
        sentence="With BatchNorm, the loss varies less along the gradient",
        kinds=(BN, STANDARD),
        quantity=Quantity("smoothness", "loss_max", minus="loss_min"),
        compare="ratio",
        bounds=(0.0, 1.0),
        unit=RATIO,
    ),
    Claim(
        id="predictiveness",
        source=f"{SANTURKAR}, section 3.1, figure 4b",
        sentence="With BatchNorm, the gradient changes less along itself, and so predicts better",
        kinds=(BN, STANDARD),
        quantity=Quantity("smoothness", "grad_diff_max"),
        compare="ratio",
        bounds=(0.0, 1.0),
        unit=RATIO,
    ),
    Claim(
        id="beta-lower",
        source=f"{SANTURKAR}, section 3.1, figure 4c",
        sentence="With BatchNorm, the effective smoothness β is lower",
        kinds=(BN, STANDARD),
        quantity=Quantity("smoothness", "beta"),
        compare="ratio",
        bounds=(0.0, 1.0),
        unit=RATIO,
    ),
    Claim(
        id="beta-steadier",
        source=f"{SANTURKAR}, section 3.1, figure 4c",
        sentence="With BatchNorm, β is spread less over the steps",
        kinds=(BN, STANDARD),
        quantity=Quantity("smoothness", "beta"),
        compare="spread",
        bounds=(0.0, 1.0),
        unit="{0} / {1}, mean distance from the median over steps",
    ),
    Claim(
        id="activation-beta",
        source=f"{BLOG}, last figure",
        sentence="With BatchNorm, β with respect to the activations is lower, averaged over layers",
        kinds=(BN, STANDARD),
        quantity=Quantity("activation_beta", "beta", layers="mean"),
        compare="ratio",
        bounds=(0.0, 1.0),
        unit=RATIO,
    ),
    Claim(
        id="lp-matches-bn",
        source=f"{SANTURKAR}, section 3.3",
        sentence="Normalizing by an ℓp norm trains as fast as BatchNorm, or faster",
        kinds=(LP, BN),
        quantity=ACCURACY,
        compare="difference",
        bounds=(-MARGIN, inf),
        unit=AREA,
        reason=TWENTIETH,
    ),
    Claim(
        id="noise-stops-standard",
        source=f"{SANTURKAR}, section 2.1",
        sentence="The same noise keeps the plain network from training",
        kinds=(("noisy-standard",), STANDARD),
        quantity=ACCURACY,
        compare="share",
        bounds=(-inf, 0.1),
        unit="accuracy above chance, mean over steps: {0} / {1}",
        reason=ENTIRELY,
        failing=True,
    ),
    Claim(
        id="theorem-4.1",
        source=f"{SANTURKAR}, theorem 4.1",
        sentence="The identity behind theorem 4.1 holds in every layer",
        kinds=(NORMALIZED,),
        quantity=Quantity("theorem41", "relative_error", layers="each"),
        compare="value",
        bounds=(-inf, 1e-3),
        unit="relative error, mean over steps",
        reason=ROUNDING,
    ),
    Claim(
        id="theorem-4.2",
        source=f"{SANTURKAR}, theorem 4.2",
        sentence="Along the gradient, theorem 4.2 is an identity, and holds in every layer",
        kinds=(NORMALIZED,),
        quantity=Quantity("theorem42", "relative_error", layers="each"),
        compare="value",
        bounds=(-inf, 1e-3),
        unit="relative error, mean over steps",
        reason=ROUNDING,
    ),
    Claim(
        id="lemma-4.5",
        source=f"{SANTURKAR}, lemma 4.5",
        sentence="The plain network's weights stay on the side of the initial ones, as lemma 4.5 supposes",
        kinds=(STANDARD,),
        quantity=Quantity("minimum_distance", "cosine", layers="each"),
        compare="value",
        bounds=(0.0, inf),
        unit="cosine between W₀ and Wₜ, mean over steps",
        reason="the lemma needs ⟨W₀, W*⟩ > 0; random weights of many dimensions would be at right angles",
    ),
)
