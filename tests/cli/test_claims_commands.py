"""The papers' claims, as a table or as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Bntui


def test_claims_are_listed_with_verdict_and_reason(finished_run: Path, bntui: Bntui) -> None:
    status, out, _ = bntui("claims", str(finished_run))
    assert status == 0
    assert ["no", "verdict", "bn-faster"] in [line.split()[:3] for line in out.splitlines()]
    assert "verdicts begin at 3 seeds" in out


def test_claims_are_printed_as_json(finished_run: Path, bntui: Bntui) -> None:
    _, out, _ = bntui("claims", str(finished_run), "--json")
    assert "bn-faster" in {result["claim"] for result in json.loads(out) if not result["missing"]}
