"""What claims share: kinds of variants, quantities with their units, and bounds with their reasons."""

from __future__ import annotations

from bntui.claims.claim import Quantity

BN = ("bn",)
STANDARD = ("standard",)
NOISY = ("noisy", "bn-frozen-noise")
LP = ("l1", "l2", "linf")
WRS = ("wrs",)
NORMALIZED = ("bn", *NOISY)

ACCURACY = Quantity("train", "accuracy")
AREA = "training accuracy, mean over steps: {0} − {1}"
RATIO = "{0} / {1}, geometric mean over steps"

MARGIN = 0.05
TWENTIETH = (
    "five points of accuracy, a twentieth of its range: the scatter of one batch of 64 about its mean"
    " (√(p(1−p)/64) = 0.03 to 0.06), so that two such curves cannot be told apart by eye"
)
ROUNDING = (
    "an identity is exact; float32 rounds at 6e-8, sums and cancellation may cost three or four digits more,"
    " and a wrong factor, as the printed 1/√m, is an error of order one"
)
