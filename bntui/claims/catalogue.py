"""The claims, each a row of data: what is said, where, and what would decide it.

The bounds follow from what the sentences mean, and are the same for every preset. No correction is made for
checking many claims at once: of twenty claims that are not true, about one may come out as decided. Nor for looking
at a run again and again while it trains.
"""

from __future__ import annotations

from math import inf

from bntui.claims.claim import Claim, Quantity

SANTURKAR = "Santurkar et al. 2018"
BLOG = "Bektursun 2018"

BN = ("bn",)
STANDARD = ("standard",)
NOISY = ("noisy", "bn-frozen-noise")
LP = ("l1", "l2", "linf")
NORMALIZED = ("bn", *NOISY)

ACCURACY = Quantity("train", "accuracy")
AREA = "training accuracy, mean over steps: {0} − {1}"
RATIO = "{0} / {1}, geometric mean over steps"

MARGIN = 0.05
TWENTIETH = (
    "five points of accuracy, a twentieth of its range: what one batch of 64 scatters about its mean"
    " (√(p(1−p)/64) = 0.03 to 0.06), so that two such curves cannot be told apart by eye"
)
FIFTH = "a ratio of 0.8 or more counts as not reduced: 0.8 to 1.25 is the usual band of equivalence for ratios"
COSINE = "a twentieth of the cosine's range from −1 to 1 counts as no change"
ENTIRELY = "to keep a network from training 'entirely' is read as leaving it at most a tenth of what the other learns"
ROUNDING = (
    "an identity is exact; float32 rounds at 6e-8, sums and cancellation may cost three or four digits more,"
    " and a wrong factor, as the printed 1/√m, is an error of order one"
)

_ALL = (
    Claim(
        "bn-faster", f"{SANTURKAR}, section 1, figure 1", "BatchNorm trains faster than the plain network",
        (BN, STANDARD), ACCURACY, "difference", (0.0, inf), AREA,
    ),
    Claim(
        "noisy-matches-bn", f"{SANTURKAR}, section 2.1, figure 2", "Noisy BatchNorm trains as fast as BatchNorm",
        (NOISY, BN), ACCURACY, "difference", (-MARGIN, MARGIN), AREA, TWENTIETH,
    ),
    Claim(
        "noisy-faster", f"{SANTURKAR}, section 2.1, figure 2", "Noisy BatchNorm trains faster than the plain network",
        (NOISY, STANDARD), ACCURACY, "difference", (0.0, inf), AREA,
    ),
    Claim(
        "noisy-mean-drifts", f"{SANTURKAR}, section 2.1, figure 2",
        "With noise, the means of what every layer receives drift more than in the plain network",
        (NOISY, STANDARD), Quantity("moments", "mean_drift", layers="each"), "ratio", (1.0, inf), RATIO,
    ),
    Claim(
        "noisy-var-drifts", f"{SANTURKAR}, section 2.1, figure 2",
        "With noise, the variances of what every layer receives drift more than in the plain network",
        (NOISY, STANDARD), Quantity("moments", "var_drift", layers="each"), "ratio", (1.0, inf), RATIO,
    ),
    Claim(
        "ics-l2", f"{SANTURKAR}, section 2.2, figure 3",
        "BatchNorm does not reduce internal covariate shift: the gradient's change, averaged over layers",
        (BN, STANDARD), Quantity("ics", "l2", layers="mean", after_first=True), "ratio", (0.8, inf), RATIO, FIFTH,
    ),
    Claim(
        "ics-cosine", f"{SANTURKAR}, section 2.2, figure 3",
        "BatchNorm does not reduce internal covariate shift: the gradient's turn, averaged over layers",
        (BN, STANDARD), Quantity("ics", "cosine", layers="mean", after_first=True), "difference", (-inf, MARGIN * 2),
        "cosine, mean over steps: {0} − {1}", COSINE,
    ),
    Claim(
        "loss-range", f"{SANTURKAR}, section 3.1, figure 4a",
        "With BatchNorm, the loss varies less along the gradient",
        (BN, STANDARD), Quantity("smoothness", "loss_max", minus="loss_min"), "ratio", (0.0, 1.0), RATIO,
    ),
    Claim(
        "predictiveness", f"{SANTURKAR}, section 3.1, figure 4b",
        "With BatchNorm, the gradient changes less along itself, and so predicts better",
        (BN, STANDARD), Quantity("smoothness", "grad_diff_max"), "ratio", (0.0, 1.0), RATIO,
    ),
    Claim(
        "beta-lower", f"{SANTURKAR}, section 3.1, figure 4c", "With BatchNorm, the effective smoothness β is lower",
        (BN, STANDARD), Quantity("smoothness", "beta"), "ratio", (0.0, 1.0), RATIO,
    ),
    Claim(
        "beta-steadier", f"{SANTURKAR}, section 3.1, figure 4c", "With BatchNorm, β is spread less over the steps",
        (BN, STANDARD), Quantity("smoothness", "beta"), "spread", (0.0, 1.0),
        "{0} / {1}, mean distance from the median over steps",
    ),
    Claim(
        "activation-beta", f"{BLOG}, last figure",
        "With BatchNorm, β with respect to the activations is lower, averaged over layers",
        (BN, STANDARD), Quantity("activation_beta", "beta", layers="mean"), "ratio", (0.0, 1.0), RATIO,
    ),
    Claim(
        "lp-matches-bn", f"{SANTURKAR}, section 3.3",
        "Normalizing by an ℓp norm trains as fast as BatchNorm, or faster",
        (LP, BN), ACCURACY, "difference", (-MARGIN, inf), AREA, TWENTIETH,
    ),
    Claim(
        "noise-stops-standard", f"{SANTURKAR}, section 2.1", "The same noise keeps the plain network from training",
        (("noisy-standard",), STANDARD), ACCURACY, "share", (-inf, 0.1),
        "accuracy above chance, mean over steps: {0} / {1}", ENTIRELY, failing=True,
    ),
    Claim(
        "theorem-4.1", f"{SANTURKAR}, theorem 4.1", "The identity behind theorem 4.1 holds in every layer",
        (NORMALIZED,), Quantity("theorem41", "relative_error", layers="each"), "value", (-inf, 1e-3),
        "relative error, mean over steps", ROUNDING,
    ),
)  # fmt: skip

CLAIMS: dict[str, Claim] = {claim.id: claim for claim in _ALL}
