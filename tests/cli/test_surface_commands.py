"""`bntui surface`: lines and planes through stored weights, in files and on screens, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest

import bntui as api
from bntui.cli import surface_commands
from bntui.cli.main import execute
from bntui.run.storage import checkpoints, folders
from tests.cli.conftest import Bntui

PRESET = """
title = "Small networks"
network = "relu-mlp"
dataset = "digits"
steps = 6
batch_size = 64
device = "cpu"
variants = ["standard", "bn", { name = "bn-2", kind = "bn", seed = 7 }]
[probes]
line = { every = 6, points = 5, samples = 100 }
surface = { every = 6, points = 3, samples = 100 }
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Two finished runs of different seeds, which tests only read."""
    folder = tmp_path_factory.mktemp("trained")
    (folder / "small.toml").write_text(PRESET)
    for seed in ("0", "1"):
        given = ("--preset", str(folder / "small.toml"), "--headless", "--seed", seed, "--runs-dir", str(folder))
        assert execute([*given]) == 0
    first, second = folders.all_runs(folder)
    return str(first), str(second)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_a_line_within_a_run_is_what_the_run_measured(runs: tuple[str, str], bntui: Bntui) -> None:
    options = ("--variant", "bn", "--variant", "bn-2", "--points", "5", "--samples", "100", "--csv", "-")
    status, out, _ = bntui("surface", runs[0], *options)
    assert status == 0
    head, *cells = rows(out)
    assert head == ["line", "a", "loss"]
    run = api.load(runs[0])
    stored = [float(run.points("line", f"loss_at_{a}", variant="bn").values[-1]) for a in ("0", "0.25", "0.5", "1")]
    by_place = {float(a): float(loss) for _, a, loss in cells}
    assert [by_place[a] for a in (0, 0.25, 0.5, 1)] == pytest.approx(stored, rel=1e-6)


def test_a_plane_is_of_the_inputs_that_the_variant_sees(tmp_path: Path, bntui: Bntui) -> None:
    small = ("--steps", "3", "--set", "probes.surface={every=3, points=3, samples=40}")
    assert bntui("--preset", "convex-bias", "--headless", *small)[0] == 0
    planes = json.loads(bntui("surface", "last", "--points", "3", "--samples", "40", "--json")[1])["planes"]
    (folder,) = folders.all_runs(tmp_path / "runs")
    run = api.load(str(folder))
    for entry in planes:
        middle = next(loss for x, y, loss in entry["losses"] if x == y == 0)
        stored = run.points("surface", "loss_at_0_0", variant=entry["name"]).values[-1]
        assert middle == pytest.approx(float(stored), rel=1e-6)
    assert [entry["name"] for entry in planes] == ["inputs", "whitened", "truncated"]


def test_the_ends_of_a_line_are_the_middles_of_planes(runs: tuple[str, str], bntui: Bntui) -> None:
    line = json.loads(bntui("surface", *runs, "--points", "3", "--json")[1])
    plane = json.loads(bntui("surface", runs[0], "--points", "3", "--json")[1])
    middles = {entry["name"]: loss for entry in plane["planes"] for x, y, loss in entry["losses"] if x == y == 0}
    assert {entry["name"]: entry["losses"][0][1] for entry in line["lines"]} == middles
    assert [entry["name"] for entry in line["lines"]] == ["standard", "bn", "bn-2"]
    assert line["samples"] == 512
    assert {end["steps"] for entry in line["lines"] for end in entry["ends"]} == {6}


def test_a_table_tells_the_barrier(runs: tuple[str, str], bntui: Bntui) -> None:
    status, out, error = bntui("surface", *runs, "--variant", "bn", "--points", "5")
    head, row = out.splitlines()
    assert status == 0
    assert head.split() == ["line", "steps", "loss", "loss", "there", "barrier", "width", "slope", "peaks"]
    assert row.startswith("bn    6, 6")
    assert error == "bn: 5 passes (1 of 1)\n"


def test_it_is_drawn(runs: tuple[str, str], bntui: Bntui, tmp_path: Path) -> None:
    for count, name in ((2, "line.png"), (1, "plane.svg")):
        status, out, _ = bntui("surface", *runs[:count], "--points", "5", "--out", str(tmp_path / name))
        assert status == 0
        assert out.endswith(f"picture: {tmp_path / name}\n")
        assert (tmp_path / name).stat().st_size > 10_000


def test_a_variant_that_diverged_is_not_a_number(tmp_path: Path, bntui: Bntui) -> None:
    (tmp_path / "small.toml").write_text(PRESET)
    wild = ("--set", "variants.bn.lr=1e30", "--set", "steps=40")
    assert bntui("--preset", str(tmp_path / "small.toml"), "--headless", *wild)[0] == 0
    status, out, _ = bntui("surface", "last", "--points", "3")
    assert status == 0
    assert re.search(r"^bn +40 +– +– +–$", out, re.MULTILINE)
    assert re.search(r"^bn of run \S+ diverged at step \d+: no loss is a number$", out, re.MULTILINE)
    (entry,) = json.loads(bntui("surface", "last", "--variant", "bn", "--points", "3", "--json")[1])["planes"]
    assert {loss for *_, loss in entry["losses"]} == {None}
    assert entry["ends"][0]["diverged"] is not None


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--points", "2"), "--points 2: should be greater than or equal to 3"),
        (("--points", "40"), "--points 40: should be less than or equal to 31"),
        (("--samples", "5000"), "--samples 5000: should be less than or equal to 512"),
        (("--radius", "-1"), "--radius -1.0: should be greater than 0"),
        (("--variant", "batch"), "unknown variant 'batch'; choose from standard, bn, bn-2"),
        (("--variant", "bn", "--variant", "standard"), "their kind differ: bn, standard"),
        (("--variant", "bn", "--variant", "bn-2", "--radius", "1"), "--radius is for planes"),
        (("--variant", "bn") * 3, "--variant is given 3 times; give two variants for a line"),
        (("--out", "plane.gif"), "should end in .png, .svg, .pdf"),
        (("--csv", "-", "--json"), "--csv - and --json both print to standard output"),
        (("--device", "warp"), "unknown device 'warp'"),
        (("other", "third"), "3 runs are given; a line joins two"),
    ],
)
def test_bad_input_is_one_line(runs: tuple[str, str], bntui: Bntui, options: tuple[str, ...], reason: str) -> None:
    status, out, error = bntui("surface", runs[0], *options)
    assert (status, out) == (2, "")
    assert reason in error
    assert error.count("\n") == 1


def test_a_run_without_a_checkpoint_has_no_weights(runs: tuple[str, str], tmp_path: Path, bntui: Bntui) -> None:
    copied = Path(shutil.copytree(runs[0], tmp_path / "without"))
    for step in checkpoints.steps(copied):
        checkpoints.path_of(copied, step).unlink()
    status, _, error = bntui("surface", str(copied))
    assert status == 2
    assert "no checkpoint, so its weights are not stored" in error


@pytest.mark.parametrize(
    ("override", "reason"),
    [
        (("--set", "network=sigmoid-mlp"), "their network differ: relu-mlp, sigmoid-mlp"),
        (("--dataset", "digits-noise"), "have other data: digits, digits-noise"),
        (("--set", 'variants=[{name="else", kind="bn"}]'), "have no variant of the same name"),
        (("--set", "network.depth=2"), "their network differ"),
    ],
)
def test_runs_of_other_networks_or_data_are_refused(
    runs: tuple[str, str], bntui: Bntui, tmp_path: Path, override: tuple[str, ...], reason: str
) -> None:
    (tmp_path / "small.toml").write_text(PRESET)
    assert bntui("--preset", str(tmp_path / "small.toml"), "--headless", "--steps", "1", *override)[0] == 0
    status, out, error = bntui("surface", runs[0], "last")
    assert (status, out) == (2, "")
    assert reason in error


def test_there_is_no_line_where_statistics_are_those_of_earlier_steps(tmp_path: Path, bntui: Bntui) -> None:
    (tmp_path / "small.toml").write_text(PRESET)
    variants = 'variants=["bn-population", {name="else", kind="bn-population", seed=7}]'
    assert bntui("--preset", str(tmp_path / "small.toml"), "--headless", "--steps", "1", "--set", variants)[0] == 0
    status, out, error = bntui("surface", "last", "--variant", "bn-population", "--variant", "else")
    assert (status, out) == (2, "")
    assert "they normalize by statistics of earlier steps" in error


def test_ctrl_c_stops_it_with_one_line(
    runs: tuple[str, str], bntui: Bntui, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(surface_commands, "_measure", interrupted)
    status, out, error = bntui("surface", *runs, "--csv", str(tmp_path / "losses.csv"))
    assert (status, out, error) == (130, "", "bntui: stopped; nothing is written\n")
    assert not (tmp_path / "losses.csv").exists()
