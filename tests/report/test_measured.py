"""Runs and sweeps as a report reads them: sections, groups, curves, states and claims."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from bntui.claims.result import Verdict
from bntui.records import Notice, NoticeKind, Progress, State, UserError
from bntui.report.measured import read, read_sweep
from bntui.run.series.history import Key
from bntui.run.storage.writer import RunWriter
from bntui.sweep.axis import Axis
from bntui.sweep.grid import Grid
from bntui.sweep.sweep_folder import Sweep
from tests.claims.made import accuracy, made
from tests.claims.test_gathered import stored


def sweep_of(runs_dir: Path, seeds: int = 3) -> Sweep:
    run = made({"standard": accuracy(0.5, 40, 0), "bn": accuracy(0.9, 40, 9)}, seed=0, steps=40)
    grid = Grid(preset="made", base=run.spec.toml(), axes=(Axis("optimizer.lr", (0.1, 0.3)),), seeds=range(seeds))
    return Sweep("rates", runs_dir, grid)


def test_a_single_run_is_a_section_with_its_own_curves(tmp_path: Path) -> None:
    folder = stored(tmp_path, 4)
    (section,) = read([folder]).sections
    (run,) = section.runs
    assert (run.run_id, run.state, run.progress.steps) == (folder.name, State.FINISHED, 40)
    assert section.history is run.history and section.history.settled("bn") > 40
    assert (list(section.groups), section.label(run), section.focus.over) == ([""], "", True)
    assert section.results[""][0].effect and section.results[""][0].verdict is Verdict.NONE


def test_seeds_are_one_group_with_means_and_verdicts(tmp_path: Path) -> None:
    folders = [stored(tmp_path, seed) for seed in range(3)]
    (section,) = read([*folders, folders[0]]).sections
    assert [section.label(run) for run in section.runs] == ["seed 0", "seed 1", "seed 2"]
    assert len(section.history.seeds(Key("bn", "train", "accuracy"))) == 3
    assert section.results[""][0].verdict is Verdict.SUPPORTED


def test_runs_of_different_presets_are_a_section_each(tmp_path: Path) -> None:
    other = stored(tmp_path, 1, lr=0.3)
    renamed = RunWriter(tmp_path, read([other]).runs[0].spec.model_copy(update={"name": "other"}))
    renamed.begin(read([other]).runs[0].info)
    renamed.write(read([other]).runs[0].history.measurements(), Progress(40, 1.0, 0.0))
    renamed.close(State.FINISHED)
    report = read([stored(tmp_path, 0), renamed.folder, other])
    assert [(section.name, list(section.groups)) for section in report.sections] == [
        ("made", ["lr=0.1", "lr=0.3"]),
        ("other", [""]),
    ]


def test_a_run_that_still_trains_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    whole = read([stored(tmp_path, 0)]).runs[0]
    store = RunWriter(tmp_path, whole.spec)
    store.begin(whole.info)
    diverged = Notice(NoticeKind.DIVERGED, "bn diverged", step=9, variant="bn")
    store.write([*whole.history.measurements((0, 9)), diverged], Progress(10, 1.0, 0.0))
    (section,) = read([store.folder]).sections
    assert (section.focus.over, section.focus.step, section.focus.ended) == (False, 10, {"bn": 9})
    assert section.runs[0].state is State.TRAINING
    store.close(State.STOPPED)


def test_a_run_without_measurements_is_one_line(tmp_path: Path) -> None:
    whole = read([stored(tmp_path, 0)]).runs[0]
    store = RunWriter(tmp_path, whole.spec)
    store.close(State.STOPPED)
    with pytest.raises(UserError, match=r"nothing was measured, so there is nothing to report$"):
        read([store.folder])


def test_a_sweep_is_one_section_with_its_settings_and_points(tmp_path: Path) -> None:
    for seed in range(3):
        stored(tmp_path, seed, 0.1)
    stored(tmp_path, 0, 0.3, State.STOPPED)
    report = read_sweep(sweep_of(tmp_path))
    (section,) = report.sections
    assert report.sweep and len(report.sweep.points) == 3
    assert {label: len(runs) for label, runs in section.groups.items()} == {"lr=0.1": 3, "lr=0.3": 1}
    assert list(section.results) == ["lr=0.1"] and section.to_come == 3
    assert section.history.info.variants == ("lr=0.1/standard", "lr=0.1/bn", "lr=0.3/standard", "lr=0.3/bn")
    assert section.more_seeds == "bntui sweep rates --seeds 0:5"


def test_a_sweep_names_the_runs_that_cannot_be_read(tmp_path: Path) -> None:
    for seed in range(3):
        folder = stored(tmp_path, seed)
    with contextlib.closing(sqlite3.connect(folder / "run.sqlite")) as database, database:
        database.execute("UPDATE measurements SET data = 'damaged' WHERE id = 3")
    report = read_sweep(sweep_of(tmp_path))
    assert report.sweep and len(report.sweep.points) == 2
    assert list(report.sweep.unreadable) == ["lr=0.1, seed 2"]
    assert "measurement 3 is damaged" in report.sweep.unreadable["lr=0.1, seed 2"]


def test_a_sweep_of_which_nothing_is_measured_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing is measured yet; `bntui sweep rates` trains its points"):
        read_sweep(sweep_of(tmp_path))
