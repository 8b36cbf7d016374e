"""The claims about networks whose training equals a convex program."""

from __future__ import annotations

from math import inf

from bntui.claims.claim import Claim, Quantity
from bntui.claims.criteria import BN

ERGEN = "Ergen, Sahiner et al. 2021"

OPTIMUM_CLAIMS = (
    Claim(
        id="optimum-reached",
        source=ERGEN,
        sentence="Trained networks reach the optimum of the convex program",
        kinds=(BN,),
        quantity=Quantity("optimum", "gap"),
        compare="value",
        bounds=(-inf, 1e-3),
        unit="(objective − optimum) / optimum, mean over steps",
        window="last quarter",
        reason="a thousandth of the optimum is too little to tell the objective from it in a chart",
    ),
    Claim(
        id="small-directions-last",
        source=ERGEN,
        sentence="Trained on its inputs as they are, a network generalizes better than on whitened ones",
        kinds=(BN, ("bn-whitened",)),
        quantity=Quantity("test_error", "unexplained"),
        compare="ratio",
        bounds=(0.0, 1.0),
        unit="test error: {0} / {1}, geometric mean over steps",
        window="last quarter",
    ),
    Claim(
        id="truncated-generalizes",
        source=ERGEN,
        sentence="On the first directions of whitened inputs, a network generalizes better than on all of them",
        kinds=(("bn-truncated",), ("bn-whitened",)),
        quantity=Quantity("test_error", "unexplained"),
        compare="ratio",
        bounds=(0.0, 1.0),
        unit="test error: {0} / {1}, geometric mean over steps",
        window="last quarter",
    ),
)
