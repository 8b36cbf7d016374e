"""Runs that are trained in another machine's folder and brought into the driver's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bntui.records import Measurement, State
from bntui.run.storage import folders
from bntui.run.storage.reader import RunReader
from bntui.run.storage.writer import RunWriter
from bntui.sweep.collection import Collection, PackedRun, packed, trained_away, unpack
from bntui.sweep.engine import Ended, Outcome
from bntui.sweep.grid import Grid
from bntui.sweep.point import Point
from tests.run.conftest import INFO
from tests.sweep.conftest import MadeRun


@pytest.fixture
def point(grid: Grid) -> Point:
    return next(grid.points())


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The other machine's folder of runs."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "bntui" / "swept-runs"


def _trained(runs_dir: Path, point: Point) -> Ended:
    writer = RunWriter(runs_dir, point.spec)
    writer.begin(INFO)
    writer.write([Measurement(0, "bn", "train", (0.5, 0.75))])
    writer.close(State.FINISHED)
    return Ended(point, Outcome.FINISHED)


def _states(runs_dir: Path) -> list[State]:
    return [_state(folder) for folder in folders.all_runs(runs_dir)]


def _state(folder: Path) -> State:
    with RunReader(folder) as reader:
        return reader.state


def test_a_packed_run_is_unpacked_under_a_free_name(made_run: MadeRun, point: Point, tmp_path: Path) -> None:
    folder = made_run(point)
    run = packed(folder)
    assert unpack(run, tmp_path / "runs").name == f"{folder.name}-2"
    assert _states(tmp_path / "runs") == [State.FINISHED] * 2
    assert not list((tmp_path / "runs").glob(".unpacking-*"))


def test_a_run_is_returned_and_deleted_where_it_was_trained(away: Path, point: Point, tmp_path: Path) -> None:
    ended, run = trained_away(lambda runs_dir: _trained(runs_dir, point), point, None)
    assert ended.outcome is Outcome.FINISHED
    assert not folders.all_runs(away)
    collection = Collection(tmp_path / "runs")
    assert collection.begin(point) is None
    collection.end(point, run)
    assert _states(tmp_path / "runs") == [State.FINISHED]


def test_an_unfinished_run_is_sent_and_replaced(away: Path, made_run: MadeRun, point: Point, tmp_path: Path) -> None:
    made_run(point, State.STOPPED)
    collection = Collection(tmp_path / "runs")
    sent = collection.begin(point)
    assert isinstance(sent, PackedRun)
    found: list[State] = []

    def train(runs_dir: Path) -> Ended:
        found.extend(_states(runs_dir))
        (folder,) = folders.all_runs(runs_dir)
        shutil.rmtree(folder)
        ended = _trained(runs_dir, point)
        folders.all_runs(runs_dir)[0].rename(folder)
        return ended

    _, run = trained_away(train, point, sent)
    assert found == [State.STOPPED]
    assert not folders.all_runs(away)
    collection.end(point, run)
    assert _states(tmp_path / "runs") == [State.FINISHED]


def test_what_a_killed_worker_left_is_continued_there(away: Path, made_run: MadeRun, point: Point) -> None:
    away.mkdir(parents=True)
    left = unpack(packed(made_run(point, State.STOPPED)), away)
    found: list[Path] = []

    def train(runs_dir: Path) -> Ended:
        found.extend(folders.all_runs(runs_dir))
        return Ended(point, Outcome.STOPPED)

    _, run = trained_away(train, point, packed(left))
    assert found == [left]
    assert run


def test_a_finished_point_and_one_that_another_has_are_not_trained(
    made_run: MadeRun, grid: Grid, tmp_path: Path
) -> None:
    finished, taken, *_ = grid.points()
    made_run(finished)
    collection = Collection(tmp_path / "runs")
    assert collection.begin(finished) == Ended(finished, Outcome.FINISHED)
    assert collection.begin(taken) is None
    assert Collection(tmp_path / "runs").begin(taken) == Ended(taken, Outcome.BUSY)
    collection.end(taken, None)
    assert Collection(tmp_path / "runs").begin(taken) is None
