"""Which claims rest on a measured quantity."""

from __future__ import annotations

from fnmatch import fnmatchcase

from bntui.claims.catalogue import CLAIMS
from bntui.claims.claim import Claim
from bntui.claims.grid_claim import GRID_CLAIMS, GridClaim
from bntui.explanations import Explanation
from bntui.sweep.metrics import METRICS

_LEARNING = "train.accuracy"
"""The column from which it is told whether a network learns, which claims about a grid count."""


def claims_on(quantity: Explanation) -> tuple[Claim | GridClaim, ...]:
    """Return the claims that are decided by measurements of a quantity, in the order of the catalogue."""
    of_runs = [
        claim
        for claim in CLAIMS.values()
        if claim.quantity.probe == quantity.probe
        and any(fnmatchcase(column, name) for column in claim.quantity.columns for name in quantity.names)
    ]
    return (*of_runs, *(claim for claim in GRID_CLAIMS if _column(claim) in quantity.columns))


def _column(claim: GridClaim) -> str:
    """Return the column that a claim about a grid rests on, 'probe.name'."""
    metric = METRICS.get(claim.metric)
    return f"{metric.probe}.{metric.name}" if metric else _LEARNING
