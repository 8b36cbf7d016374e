"""The commands on sweeps, in this process, with a fake engine where something trains."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bntui.cli.sweep_engines import EngineOptions
from bntui.sweep import lease, sweep_folder
from bntui.sweep.engine import Ended, Outcome
from bntui.sweep.point import Point
from bntui.sweep.sweep_folder import DRIVER, FOLDER
from bntui.sweep.worker import LEASES
from tests.cli.conftest import Bntui
from tests.sweep.conftest import MadeRun, made_run
from tests.sweep.fake_engine import FakeEngine

__all__ = ["made_run"]

SWEEP = (
    *("sweep", "noisy", "--name", "lr", "--seeds", "0:2", "--set", "optimizer.lr=0.1,0.2"),
    *("--set", "network=blog-cnn", "--dataset", "digits", "--steps", "2", "--batch-size", "8", "--device", "cpu"),
)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, made_run: MadeRun) -> FakeEngine:
    """The engine that the commands use instead of theirs."""

    def finish(point: Point) -> Ended:
        made_run(point, variants=tuple(variant.name for variant in point.spec.variants), title=f"lr: {point.label}")
        return Ended(point, Outcome.FINISHED)

    engine = FakeEngine(finish)
    monkeypatch.setattr(EngineOptions, "open", lambda *_: engine)
    return engine


def _fail(point: Point) -> Ended:
    return Ended(point, Outcome.FAILED, "no memory")


def test_a_sweep_is_trained_and_shown(bntui: Bntui, engine: FakeEngine) -> None:
    status, _, error = bntui(*SWEEP, "--headless")
    assert (status, error) == (0, "")
    assert engine.submitted == ["lr=0.1, seed 0", "lr=0.1, seed 1", "lr=0.2, seed 0", "lr=0.2, seed 1"]
    shown = bntui("sweep", "show", "lr")[1]
    assert shown.startswith("sweep lr of preset noisy: 4 finished\n") and "lr=0.2, seed 1" in shown
    states = json.loads(bntui("sweep", "show", "lr", "--json")[1])
    assert [(state["setting"], state["seed"], state["state"]) for state in states][:2] == [
        ({"optimizer.lr": 0.1}, 0, "finished"),
        ({"optimizer.lr": 0.1}, 1, "finished"),
    ]
    assert "lr     noisy   4 finished" in bntui("sweep", "list")[1]
    assert bntui("sweep", "lr", "--headless")[0] == 0 and len(engine.submitted) == 4


def test_a_finished_sweep_ends_with_its_verdicts_and_its_picture(
    bntui: Bntui, engine: FakeEngine, tmp_path: Path
) -> None:
    (tmp_path / "grid.toml").write_text('preset = "noisy"\nmetric = "final-accuracy"\n[axes]\nlr = [0.1, 0.2, 0.4]')
    status, out, _ = bntui("sweep", str(tmp_path / "grid.toml"), "--dataset", "digits", "--headless")
    picture = tmp_path / "runs" / FOLDER / "grid" / "final-accuracy.png"
    assert status == 0 and "largest-lr" in out and out.endswith(f"final accuracy against lr: {picture}\n")
    assert picture.is_file()


def test_without_arguments_the_commands_are_listed(bntui: Bntui) -> None:
    status, out, _ = bntui("sweep")
    assert status == 0 and "show" in out and "list" in out


def test_a_failed_point_is_told_by_the_exit_status(
    bntui: Bntui, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_script", _fail)
    assert bntui(*SWEEP, "--headless")[0] == 1
    assert len(engine.submitted) == 4


def test_a_dry_run_prints_the_points_and_stores_nothing(bntui: Bntui, tmp_path: Path, engine: FakeEngine) -> None:
    status, out, _ = bntui(*SWEEP, "--dry-run")
    assert status == 0 and "lr=0.2, seed 1  2      waiting" in out
    assert out.endswith("4 points, 4 to train; no earlier run tells how long that takes\n")
    assert not (tmp_path / "runs").exists() and not engine.submitted


def test_a_dry_run_tells_the_time_from_earlier_runs(bntui: Bntui, engine: FakeEngine) -> None:
    bntui(*SWEEP, "--headless")
    # A made run takes 2 s for a step, and two train at a time.
    more = bntui(*SWEEP, "--seeds", "0:10", "--jobs", "2", "--dry-run")[1]
    assert more.endswith("20 points, 16 to train, in about 32 seconds, from earlier runs\n")


def test_a_sweep_can_be_stored_for_others_to_train(bntui: Bntui, tmp_path: Path) -> None:
    assert "bntui sweep work lr" in bntui(*SWEEP, "--no-start")[1]
    status, out, _ = bntui("sweep", "work", "lr", "--count", "1")
    assert (status, out) == (0, "lr=0.1, seed 0: finished\n")
    held = lease.take(tmp_path / "runs" / FOLDER / LEASES, sweep_folder.load("lr", tmp_path / "runs").points[1].id)
    assert held
    assert bntui("sweep", "work", "lr")[1] == "lr=0.2, seed 0: finished\nlr=0.2, seed 1: finished\n"
    held.release()
    assert bntui("sweep", "work", "lr")[1] == "lr=0.1, seed 1: finished\n"
    assert bntui("sweep", "work", "lr") == (0, "", "")


def test_a_stop_needs_somebody_who_works(bntui: Bntui, tmp_path: Path) -> None:
    bntui(*SWEEP, "--no-start")
    assert bntui("sweep", "stop", "lr")[0] == 2
    held = lease.take(tmp_path / "runs" / FOLDER / "lr", DRIVER)
    assert held
    assert "is asked to stop" in bntui("sweep", "stop", "lr")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("noisy", "--seeds", "0:1000000"), "1,000,000 points; without a terminal, confirm with --yes"),
        (("noisy", "--seeds", "3:3"), "--seeds '3:3': there are none"),
        (("noisy", "--set", "optimizer.lr="), "--set optimizer.lr=: has no value"),
        (("noisy", "--set", "network=blog-cnn,nothing"), "point network=nothing: unknown network 'nothing'"),
        (("noisy", "--engine", "slurm"), "--engine slurm: choose from local, ray"),
        (("noisy", "--address", "auto"), "--address needs --engine ray"),
        (("noisy", "--jobs", "0"), "--jobs 0: should be at least 1"),
        (("noisy", "--gpus-per-run", "-1"), "--gpus-per-run -1: should be more than 0"),
        (("noisy", "--dataset", "folder:/nowhere"), "/nowhere"),
        (("noisy", "--set", "network=dln", "--dataset", "digits"), "network dln predicts numbers"),
        (("nothing",), "unknown preset or sweep 'nothing'"),
        (("show", "nothing"), "no sweep 'nothing'"),
        (("work", "nothing"), "no sweep 'nothing'"),
        (("stop", "a/b"), "sweep 'a/b'"),
    ],
)
def test_a_mistake_is_one_line(bntui: Bntui, arguments: tuple[str, ...], message: str) -> None:
    status, out, error = bntui("sweep", *arguments)
    assert status == 2 and out == "" and message in error and error.count("\n") == 1
