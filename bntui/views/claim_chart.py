"""The chart that a claim rests on."""

from __future__ import annotations

from fnmatch import fnmatchcase

from bntui.claims.claim import Claim
from bntui.views.view_catalogue import VIEWS


def chart_of(claim: Claim) -> str:
    """Return the name of the first view that draws the quantity of a claim, a key of VIEWS; '' without one."""
    probe, name = claim.quantity.probe, claim.quantity.name
    of_probe = {view: row.names for view, row in VIEWS.items() if row.probe == probe}
    drawing = (view for view, names in of_probe.items() if any(fnmatchcase(name, pattern) for pattern in names))
    return next(drawing, "")
