"""Several runs as one source."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from bntui.records import Notice, NoticeKind, Progress, State, UserError
from bntui.run.series.history import Key
from bntui.run.sources.comparison import ComparedRuns
from bntui.run.storage import metadata
from bntui.run.storage.writer import RunWriter
from bntui.spec import ExperimentSpec
from tests.run.conftest import INFO, MEASUREMENTS, NOTICES


@pytest.fixture
def runs(tmp_path: Path, spec: ExperimentSpec) -> list[Path]:
    """Three runs of one preset, two of them over."""
    folders = []
    for state in (State.FINISHED, State.STOPPED, None):
        writer = RunWriter(tmp_path, spec)
        writer.begin(INFO)
        writer.write([*MEASUREMENTS, *NOTICES], Progress(2, 1.5, 0.25))
        if state:
            writer.close(state)
        folders.append(writer.folder)
    return folders


def test_runs_are_followed_together_to_their_ends(runs: list[Path]) -> None:
    together = ComparedRuns(runs[:2])
    assert together.history is None
    together.work()
    assert list(together.parts) == ["A", "B"]
    assert together.history is not None
    assert together.history.points(Key("B/bn", "train", "loss")).last == 0.5
    assert (together.status.state, together.status.step) == (State.STOPPED, 2)
    assert Notice(NoticeKind.DIVERGED, "A: standard diverged at step 1", 1, "A/standard", "loss") in together.notices


def test_runs_that_differ_only_in_their_seed_are_one_group(
    runs: list[Path], tmp_path: Path, spec: ExperimentSpec
) -> None:
    writer = RunWriter(tmp_path, spec.model_copy(update={"seed": 7}))
    writer.begin(INFO)
    writer.write([replace(MEASUREMENTS[0], values=(4.5, 0.5))], Progress(1, 1.0, 0.0))
    writer.close(State.FINISHED)
    together = ComparedRuns([runs[0], writer.folder])
    together.work()
    assert {label: len(group) for label, group in together.groups.items()} == {"": 2}
    assert list(together.parts) == ["seed 0", "seed 7"]
    assert together.history is not None
    assert together.history.points(Key("standard", "train", "loss")).values[0] == 3.5
    assert Notice(NoticeKind.DIVERGED, "seed 0: standard diverged at step 1", 1, "standard", "loss") in together.notices


def test_short_titles_are_labels(runs: list[Path]) -> None:
    metadata.rename(runs[0], "lr 0.1")
    metadata.rename(runs[1], "a title that is too long to stand before a name")
    assert list(ComparedRuns(runs[:2]).parts) == ["lr 0.1", "B"]
    metadata.rename(runs[1], "lr 0.1")
    assert list(ComparedRuns(runs[:2]).parts) == ["A", "B"]


def test_while_one_trains_they_train(runs: list[Path]) -> None:
    together = ComparedRuns(runs)
    together.stop()
    together.work()
    assert together.status.state is State.LOADING
    assert together.attached


def test_one_csv_holds_all_runs(runs: list[Path]) -> None:
    to = ComparedRuns(runs[:2]).export()
    with to.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["run"] for row in rows] == [run.name for run in runs[:2] for _ in range(len(rows) // 2)]


def test_wrong_numbers_of_runs_are_refused(runs: list[Path]) -> None:
    with pytest.raises(UserError, match="1 run to compare: give two or more"):
        ComparedRuns(runs[:1])
    with pytest.raises(UserError, match=r"run p-\S+ is given twice"):
        ComparedRuns([runs[0], runs[1], runs[0] / "."])


def test_a_run_that_never_began_is_refused(runs: list[Path], tmp_path: Path, spec: ExperimentSpec) -> None:
    writer = RunWriter(tmp_path, spec)
    writer.close(State.FAILED)
    with pytest.raises(UserError, match="failed before anything was measured"):
        ComparedRuns([runs[0], writer.folder]).work()
