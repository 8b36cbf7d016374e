"""The command that draws a metric of a sweep."""

import json

import pytest

from bntui.records import Measurement, Progress, RunInfo, State
from bntui.run.storage.writer import RunWriter
from bntui.sweep import sweep_folder
from bntui.sweep.axis import Axis
from bntui.sweep.grid import Grid
from bntui.sweep.sweep_folder import Sweep
from tests.sweep.test_metrics import COLUMNS, spec_of

BEARS = {"standard": 0.01, "bn": 10.0}
RATES, MOMENTA = (0.001, 0.01, 0.1, 1.0, 10.0), (0.0, 0.9)


def stored_sweep(runs_dir, finished=True, axes=(), **about):
    """Store a sweep and a finished run for each of its points, in which rates above `BEARS` learn nothing."""
    base = spec_of(("standard", "bn"), steps=20)
    sweep = Sweep("lr", runs_dir, Grid(preset="p", axes=axes, seeds=range(3), base=base.toml(), **about))
    sweep_folder.save(sweep)
    for point in sweep.points if finished else ():
        writer = RunWriter(runs_dir, point.spec)
        writer.begin(RunInfo(COLUMNS, ("standard", "bn"), (), 20, 24, "digits", "cpu", "cpu", classes=10))
        writer.write(
            [
                Measurement(step, variant, "train", (1.0, 0.9 if point.spec.optimizer.lr <= bears else 0.1))
                for step in range(20)
                for variant, bears in BEARS.items()
            ],
            Progress(20, 1.0, 0.0),
        )
        writer.close(State.FINISHED)
    return sweep


@pytest.fixture(scope="module")
def runs_dir(tmp_path_factory):
    """A folder with a finished sweep of a rate and a momentum."""
    folder = tmp_path_factory.mktemp("runs")
    stored_sweep(folder, axes=(Axis("optimizer.lr", RATES), Axis("optimizer.momentum", MOMENTA)))
    return folder


@pytest.mark.parametrize(
    ("options", "file", "begins"),
    [
        ([], "lr-final-accuracy.png", b"\x89PNG"),
        (["--metric", "mean-accuracy", "--out", "a.svg"], "a.svg", b"<?xml"),
        (["--key", "momentum", "--hold", "lr=0.01", "--log", "--out", "b.pdf"], "b.pdf", b"%PDF"),
        (["--by", "optimizer.momentum", "--out", "c.png"], "c.png", b"\x89PNG"),
    ],
)
def test_a_picture_of_any_format_with_the_verdicts(bntui, runs_dir, tmp_path, monkeypatch, options, file, begins):
    monkeypatch.chdir(tmp_path)
    status, out, err = bntui("sweep", "plot", "lr", "--runs-dir", str(runs_dir), *options)
    assert (status, err) == (0, "")
    assert (tmp_path / file).read_bytes().startswith(begins)
    assert out.splitlines()[0].endswith(f": {file}")
    assert "largest-lr at momentum=0.0, bn: learns up to 10 (seeds 0, 1, 2)" in out
    assert out.count("\nsupported ") == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--metric", "final-acc"], "unknown metric 'final-acc'; did you mean final-accuracy or final-loss?"),
        (["--out", "a.gif"], "--out 'a.gif': should end in .png, .svg, .pdf"),
        (["--key", "steps"], "'steps' is no swept key of this sweep; choose from optimizer.lr, optimizer.momentum"),
        (["--hold", "momentum=0.5"], "optimizer.momentum has no value '0.5' in this sweep; choose from 0, 0.9"),
        (["--metric", "largest-beta"], "it needs the probe 'smoothness'"),
        (["--out", "no/such/folder/a.png"], "no/such/folder/a.png: No such file or directory"),
    ],
)
def test_mistakes_are_one_line(bntui, runs_dir, tmp_path, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    status, out, err = bntui("sweep", "plot", "lr", "--runs-dir", str(runs_dir), *options)
    assert (status, out) == (2, "") and message in err and err.count("\n") == 1


def test_a_sweep_without_finished_points_or_keys(bntui, tmp_path):
    stored_sweep(tmp_path / "a", finished=False)
    stored_sweep(tmp_path / "b", axes=())
    assert "no point is finished yet" in bntui("sweep", "plot", "lr", "--runs-dir", str(tmp_path / "a"))[2]
    assert "varies only the seed" in bntui("sweep", "plot", "lr", "--runs-dir", str(tmp_path / "b"))[2]


def test_claims_of_a_sweep_include_those_over_the_whole_grid(bntui, runs_dir):
    status, out, _ = bntui("claims", "--sweep", "lr", "--runs-dir", str(runs_dir))
    assert status == 0 and "Over the whole grid, 2 claims held to 5 % together (Holm):" in out
    _, out, _ = bntui("claims", "--sweep", "lr", "--json", "--runs-dir", str(runs_dir))
    assert [entry["verdict"] for entry in json.loads(out)["grid"]] == ["supported"] * 2


def test_a_sweep_file_that_names_an_unknown_metric_is_one_line(bntui, tmp_path):
    stored_sweep(tmp_path, axes=(Axis("optimizer.lr", RATES[:1]),), metric="x")
    status, out, err = bntui("sweep", "plot", "lr", "--runs-dir", str(tmp_path))
    assert (status, out) == (2, "") and "unknown metric 'x'" in err
