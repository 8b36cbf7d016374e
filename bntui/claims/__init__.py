"""What Santurkar et al. 2018 and the blog post claim, checked against what a run measured.

A claim is a row of data in `CLAIMS`. `check` takes runs, live or read back, and gives a verdict on each claim with
effect and interval: of one run over its steps, of several over their seeds.
"""

from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import check
from bntui.claims.claim import Claim, Part, Quantity, Result, Verdict
from bntui.claims.formats import as_json, table
from bntui.claims.measured_run import Run, check_together, load
from bntui.claims.text_report import claims_of

__all__ = [
    "CLAIMS",
    "Claim",
    "Part",
    "Quantity",
    "Result",
    "Run",
    "Verdict",
    "as_json",
    "check",
    "check_together",
    "claims_of",
    "load",
    "table",
]
