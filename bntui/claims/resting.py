"""Which claims rest on a measured quantity."""

from __future__ import annotations

from bntui.claims.catalogue import CLAIMS
from bntui.claims.claim import Claim
from bntui.claims.grid_claim import GRID_CLAIMS, GridClaim
from bntui.explanations import Explanation

_LEARNING = "train.accuracy"
"""The column from which it is told whether a network learns, which claims about a grid count."""


def claims_on(quantity: Explanation) -> tuple[Claim | GridClaim, ...]:
    """Return the claims that are decided by measurements of a quantity, in the order of the catalogue."""
    of_runs = [
        claim
        for claim in CLAIMS.values()
        if claim.quantity.probe == quantity.probe and set(claim.quantity.columns) & set(quantity.names)
    ]
    return (*of_runs, *(GRID_CLAIMS if _LEARNING in quantity.columns else ()))
