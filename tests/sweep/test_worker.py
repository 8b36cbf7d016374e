"""Work on a point: done once, resumed, or left to the process that has it."""

from __future__ import annotations

import platform
from dataclasses import replace
from pathlib import Path

import pytest

from bntui.records import State
from bntui.run.storage import folders
from bntui.run.storage.listing import summaries
from bntui.run.storage.reader import RunReader
from bntui.spec import parse
from bntui.sweep import lease
from bntui.sweep.engine import Ended, Outcome
from bntui.sweep.grid import Grid
from bntui.sweep.point import Point
from bntui.sweep.sweep_folder import FOLDER, Sweep
from bntui.sweep.worker import LEASES, Worker, Workplace, free_points, worked_on
from bntui.train import resolve
from tests.sweep.conftest import MadeRun

TINY = 'network = "blog-cnn"\ndataset = "digits"\nvariants = ["bn"]\nsteps = 2\nbatch_size = 8\ndevice = "cpu"\n'


@pytest.fixture
def point() -> Point:
    grid = Grid(preset="tiny", base=resolve(parse(TINY, "tiny")).toml(), seeds=range(1))
    (only,) = grid.points()
    return only


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    return Worker(Workplace(tmp_path / "runs", sweep="lr", command="bntui sweep lr", with_host=True))


def test_a_point_is_trained_once_and_its_run_has_the_name_of_the_point(
    tmp_path: Path, point: Point, worker: Worker
) -> None:
    first, second = worker.work_on(point), worker.work_on(point)
    assert first == Ended(point, Outcome.FINISHED)
    assert second == Ended(point, Outcome.FINISHED, trained=False)
    (run,) = summaries(tmp_path / "runs")
    assert run.title == "lr: seed 0" and run.state == State.FINISHED
    with RunReader(run.folder) as reader:
        (session,) = reader.sessions
    assert (session.command, session.host) == ("bntui sweep lr", platform.node())
    assert not list((tmp_path / "runs" / FOLDER / LEASES).iterdir())


def test_a_run_that_cannot_be_resumed_is_left_and_the_point_trained_anew(
    tmp_path: Path, point: Point, worker: Worker, made_run: MadeRun
) -> None:
    # Its variants are not those of the point.
    unusable = made_run(point, State.STOPPED)
    assert worker.work_on(point).outcome is Outcome.FINISHED
    finished = [run.folder for run in summaries(tmp_path / "runs") if run.state == State.FINISHED]
    assert len(finished) == 1 and finished[0] != unusable and unusable.is_dir()


def test_a_failed_point_is_trained_again_only_on_demand(point: Point, worker: Worker, made_run: MadeRun) -> None:
    made_run(point, State.FAILED, error="no memory")
    assert worker.work_on(point) == Ended(point, Outcome.FAILED, "no memory", trained=False)
    assert worker.work_on(point, retry=True).outcome is Outcome.FINISHED


def test_a_point_that_another_process_has_is_left_to_it(tmp_path: Path, point: Point, worker: Worker) -> None:
    held = lease.take(tmp_path / "runs" / FOLDER / LEASES, point.id)
    assert held
    assert worker.work_on(point).outcome is Outcome.BUSY
    assert not folders.all_runs(tmp_path / "runs")


def test_a_data_set_that_is_missing_fails_the_point(tmp_path: Path, point: Point) -> None:
    missing = replace(point, spec=point.spec.model_copy(update={"dataset": f"folder:{tmp_path}/none"}))
    ended = Worker(Workplace(tmp_path / "runs")).work_on(missing)
    assert ended.outcome is Outcome.FAILED and f"{tmp_path}/none" in ended.error


def test_a_stopped_worker_begins_nothing(tmp_path: Path, point: Point, worker: Worker) -> None:
    worker.stop()
    assert worker.work_on(point).outcome is Outcome.STOPPED
    assert not folders.all_runs(tmp_path / "runs")


def test_free_points_are_neither_done_nor_taken(sweep: Sweep, made_run: MadeRun) -> None:
    finished, failed, stopped, taken = sweep.points
    made_run(finished)
    made_run(failed, State.FAILED)
    made_run(stopped, State.STOPPED)
    held = lease.take(sweep.runs_dir / FOLDER / LEASES, taken.id)
    assert held and worked_on(sweep)
    assert list(free_points(sweep)) == [stopped]
    assert list(free_points(sweep, retry_failed=True)) == [failed, stopped]
    held.release()
    assert not worked_on(sweep) and list(free_points(sweep)) == [stopped, taken]
