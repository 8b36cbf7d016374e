"""The claims of a report: rows, groups side by side, and what leads them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bntui.records import State
from bntui.report.claim_table import claim_table
from bntui.report.measured import read
from tests.claims.test_gathered import stored

CHARTS = {"accuracy": "accuracy"}


def test_three_seeds_have_a_verdict_and_no_command(tmp_path: Path) -> None:
    (section,) = read([stored(tmp_path, seed) for seed in range(3)]).sections
    table = claim_table(section, CHARTS)
    assert table.lead.startswith("Of one comparison, one is supported. The 95 % interval and p are of each claim")
    assert (table.command, table.groups) == ("", ("",))
    (row,) = table.rows
    (cell,) = row.cells
    assert cell and (cell.verdict, cell.kind, cell.seeds) == ("supported", "supported", 3)
    assert (row.chart, row.first) == ("accuracy", True) and " … " in cell.interval
    assert {claim.id for claim, _ in table.unchecked} >= {"ics-l2", "theorem-4.1"}


def test_groups_stand_side_by_side(tmp_path: Path) -> None:
    runs = [stored(tmp_path, seed, rate) for rate in (0.1, 0.3) for seed in range(1 + 2 * (rate == 0.1))]
    (section,) = read(runs).sections
    table = claim_table(section, {})
    assert table.groups == ("lr=0.1", "lr=0.3")
    assert [[cell and cell.seeds for cell in row.cells] for row in table.rows] == [[3, 1]]
    assert table.lead.startswith("One seed shows effects") and table.command.endswith("--seeds 0:5")
    assert table.rows[0].chart == ""


def test_runs_that_train_and_points_to_come_wait_for_verdicts(tmp_path: Path) -> None:
    (section,) = read([stored(tmp_path, seed) for seed in range(2)]).sections
    first, second = section.groups[""]
    training = replace(section, groups={"": (replace(first, state=State.TRAINING), second)})
    assert claim_table(training, {}).lead.startswith("1 of 2 runs still train: there are effects so far")
    to_come = claim_table(replace(section, to_come=2), {})
    assert to_come.lead.startswith("Two points of the sweep are still to come")
