"""The states of points, from the runs alone."""

from __future__ import annotations

import pytest

from bntui.records import State, UserError
from bntui.run.sources.comparison import ComparedRuns
from bntui.sweep.progress import WAITING, SweepProgress, measured_runs
from bntui.sweep.sweep_folder import Sweep
from tests.sweep.conftest import MadeRun


def test_the_state_of_a_point_is_that_of_its_run(sweep: Sweep, made_run: MadeRun) -> None:
    made_run(sweep.points[0])
    made_run(sweep.points[1], State.FAILED, error="training failed: out of memory")
    made_run(sweep.points[2], State.STOPPED)
    finished, failed, stopped, waiting = SweepProgress(sweep).read()
    assert [each.state for each in (finished, failed, stopped, waiting)] == ["finished", "failed", "stopped", WAITING]
    assert failed.error == "training failed: out of memory" and finished.error == ""
    assert stopped.steps == 2 and waiting.run is None
    assert finished.run and finished.run.accuracies == {"standard": 0.5}


def test_a_finished_run_counts_wherever_and_whenever_it_was_made(sweep: Sweep, made_run: MadeRun) -> None:
    folder = made_run(sweep.points[0])
    made_run(sweep.points[0], State.STOPPED)
    progress = SweepProgress(sweep)
    assert progress.read()[0].run and progress.read()[0].state == "finished"
    assert progress.read()[0].run.folder == folder  # type: ignore[union-attr]


def test_a_run_that_fell_back_to_other_data_does_not_count(sweep: Sweep, made_run: MadeRun) -> None:
    made_run(sweep.points[0], dataset="mnist")
    assert SweepProgress(sweep).read()[0].state == WAITING


def test_the_time_left_is_unknown_while_nothing_trains(sweep: Sweep, made_run: MadeRun) -> None:
    made_run(sweep.points[0])
    progress = SweepProgress(sweep)
    progress.read()
    assert progress.seconds_left is None


def test_the_runs_that_measured_something_are_compared(sweep: Sweep, made_run: MadeRun) -> None:
    with pytest.raises(UserError, match="sweep lr: nothing is measured yet; `bntui sweep lr` trains its points"):
        measured_runs(sweep)
    folders = [made_run(point) for point in (sweep.points[2], sweep.points[0], sweep.points[1])]
    assert measured_runs(sweep) == [folders[1], folders[2], folders[0]]
    together = ComparedRuns(measured_runs(sweep))
    assert {label: len(runs) for label, runs in together.groups.items()} == {"lr=0.1": 2, "lr=0.2": 1}
