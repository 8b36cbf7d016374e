"""The commands by which the runs of a report were trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bntui.records import Session
from bntui.report.measured import read
from bntui.report.reproduction import typed_commands
from tests.claims.test_gathered import stored


def test_every_command_of_a_resumed_run_is_there_in_order(tmp_path: Path) -> None:
    section = read([stored(tmp_path, 0)]).sections[0]
    (run,) = section.runs
    sessions = (
        Session("bntui --preset noisy"),
        Session("bntui resume last", step=400),
        Session("bntui resume last", step=1200),
        Session("", step=1500),
        Session("bntui resume last --steps 3000", step=2000),
    )
    resumed = replace(run, provenance=replace(run.provenance, sessions=sessions))
    assert typed_commands(replace(section, groups={"": (resumed,)})) == [
        (run.run_id, "bntui --preset noisy"),
        (f"{run.run_id} from steps 400, 1,200", "bntui resume last"),
        (f"{run.run_id} from step 2,000", "bntui resume last --steps 3000"),
    ]
