"""Whatever is damaged in a run, every command says in one line what is wrong; `python -m tests.faults` tries more."""

from __future__ import annotations

from tests.faults.damaged_runs import DAMAGE, campaign


def test_damaged_runs_end_in_one_line() -> None:
    _, failures = campaign(len(DAMAGE), first_seed=7)
    assert failures == []
