"""The papers' claims, as a table or as JSON: of runs, and of a sweep."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bntui.run.storage.reader import RunReader
from bntui.sweep.grid import Grid
from bntui.sweep.sweep_folder import Sweep, save
from tests.claims.test_gathered import stored
from tests.cli.conftest import Bntui


@pytest.fixture
def sweep(tmp_path: Path) -> str:
    """The name of a finished sweep over three seeds, in the folder of runs."""
    folders = [stored(tmp_path / "runs", seed) for seed in range(3)]
    with RunReader(folders[0]) as reader:
        save(Sweep("three", tmp_path / "runs", Grid(preset="made", base=reader.spec.toml(), seeds=range(3))))
    return "three"


def test_one_run_shows_effects_and_the_command_that_decides(finished_run: Path, bntui: Bntui) -> None:
    status, out, _ = bntui("claims", str(finished_run))
    assert status == 0
    first, *lines = out.splitlines()
    assert first.startswith("one seed: effects only; `bntui sweep ") and first.endswith(" --seeds 0:5` decides")
    assert not any(line.startswith(("supported", "contradicted", "undecided")) for line in lines)


def test_claims_are_printed_as_json(finished_run: Path, bntui: Bntui) -> None:
    _, out, _ = bntui("claims", str(finished_run), "--json")
    results = json.loads(out)
    assert "bn-faster" in {result["claim"] for result in results if not result["missing"]}
    assert {result["verdict"] for result in results} == {"no verdict"}


def test_a_sweep_has_a_verdict_at_each_setting(sweep: str, bntui: Bntui) -> None:
    status, out, _ = bntui("claims", "--sweep", sweep)
    assert status == 0
    assert any(line.split()[:2] == ["supported", "bn-faster"] for line in out.splitlines())
    _, out, _ = bntui("claims", "--sweep", sweep, "--json")
    assert json.loads(out)["claims"][0]["verdict"] == "supported"


@pytest.mark.parametrize("arguments", [(), ("last", "--sweep", "lr"), ("--sweep", "lr", "--plan", "lr")])
def test_what_to_check_is_named_once(arguments: tuple[str, ...], bntui: Bntui) -> None:
    assert bntui("claims", *arguments) == (2, "", "bntui: give runs, or --sweep NAME, or --plan NAME\n")


def test_an_unknown_sweep_is_one_line(sweep: str, bntui: Bntui) -> None:
    status, out, error = bntui("claims", "--sweep", "tree")
    assert (status, out) == (2, "")
    assert "no sweep 'tree'" in error and "did you mean three?" in error


def test_a_plan_tells_how_many_more_seeds_and_the_command(sweep: str, bntui: Bntui) -> None:
    status, out, _ = bntui("claims", "--plan", sweep)
    assert status == 0
    head, row, *_ = out.splitlines()
    assert head.split()[:2] == ["claim", "variants"]
    assert row.split()[0] == "bn-faster" and "decided" in row
    _, out, _ = bntui("claims", "--plan", sweep, "--json")
    (plan,) = json.loads(out)["plans"]
    assert (plan["claim"], plan["expected_verdict"], plan["more_seeds"]) == ("bn-faster", "supported", 0)
