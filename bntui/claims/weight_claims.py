"""The claims about the length and the direction of weights before BatchNorm, and their laws."""

from __future__ import annotations

from math import inf

from bntui.claims.claim import Claim, Quantity
from bntui.claims.criteria import BN, NORMALIZED, ROUNDING, WRS

LIU = "Liu et al. 2021"
EPSILON = (
    "the law is that of ε = 0, which ε changes by 2·lr·⟨w, ∂L/∂w⟩ a step; a hundredth of ‖w‖² cannot be seen in a chart"
    " of it, and where gradients are not orthogonal to w, the error is a multiple of that"
)

WEIGHT_CLAIMS = (
    Claim(
        id="weights-orthogonal",
        source=LIU,
        sentence="Weights before BatchNorm are orthogonal to their gradient but for the term with ε, in every layer",
        kinds=((*NORMALIZED, *WRS),),
        quantity=Quantity("weight_norms", "inner_product_error", layers="each"),
        compare="value",
        bounds=(-inf, 1e-3),
        unit="relative error, mean over steps",
        reason=ROUNDING,
    ),
    Claim(
        id="weights-grow",
        source=LIU,
        sentence="Before BatchNorm, a step of plain SGD adds lr²‖∂L/∂w‖² to what decay leaves of ‖w‖², in every layer",
        kinds=(NORMALIZED,),
        quantity=Quantity("weight_norms", "squared_norm_error", layers="each"),
        compare="value",
        bounds=(-inf, 1e-2),
        unit="relative error, mean over steps",
        reason=EPSILON,
    ),
    Claim(
        id="weights-without-inputs",
        source=LIU,
        sentence="Only decay and rescaling change the part of the first layer's weights that sees no input",
        kinds=((*NORMALIZED, *WRS),),
        quantity=Quantity("weight_norms", "orthogonal_error"),
        compare="value",
        bounds=(-inf, 1e-3),
        unit="error as a share of the weights' length, mean over steps",
        reason=ROUNDING,
    ),
    Claim(
        id="wrs-generalizes",
        source=LIU,
        sentence="Rescaling weights to unit length generalizes better than BatchNorm with weight decay, or without",
        kinds=(WRS, BN),
        quantity=Quantity("test", "accuracy"),
        compare="difference",
        bounds=(0.0, inf),
        unit="test accuracy, mean over steps: {0} − {1}",
        window="after both have halved the loss",
        differing=("weight_decay",),
    ),
)
