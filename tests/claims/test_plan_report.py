"""Plans as text: the seeds that are missing, and one command that trains enough for all claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.claims.plan_report import plan_command, plan_text
from bntui.claims.result import Plan, Verdict
from bntui.sweep.grid import Grid
from bntui.sweep.sweep_folder import Sweep

LR = Sweep("lr", Path("/runs"), Grid(preset="noisy", seeds=range(3)))


def _plan(claim: str, more: int | None, verdict: Verdict = Verdict.SUPPORTED, note: str = "") -> Plan:
    return Plan(CLAIMS[claim], ("bn", "standard"), (0, 1, 2), verdict, more, more, 200, note=note)


@pytest.mark.parametrize(
    ("numbers", "command"),
    [
        ((0, 6, 3), "bntui sweep lr --seeds 0:9"),
        ((0, 0), ""),
        ((None, 0), ""),
        ((None, 2), "bntui sweep lr --seeds 0:5"),
    ],
)
def test_the_command_trains_what_the_claims_with_a_number_need(numbers: tuple[int | None, ...], command: str) -> None:
    plans = [_plan(claim, more) for claim, more in zip(CLAIMS, numbers, strict=False)]
    assert plan_command(plans, LR) == command


def test_every_claim_has_a_row() -> None:
    plans = [_plan("bn-faster", 0), _plan("beta-lower", 6), _plan("ics-l2", None)]
    unknown = _plan("loss-range", None, Verdict.NONE, "the effect has two modes")
    text = plan_text([*plans, unknown], LR)
    rows = [line.split("  ") for line in text.splitlines()[1:5]]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert [row[0] for row in cells] == ["bn-faster", "beta-lower", "ics-l2", "loss-range"]
    assert [row[4] for row in cells] == ["decided", "6", "> 200", "–"]
    assert cells[3][-1] == "the effect has two modes"
    assert text.splitlines()[-1].startswith("bntui sweep lr --seeds 0:9")
    assert "Only new seeds by themselves keep to 5 %." in text
