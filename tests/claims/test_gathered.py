"""Runs and sweeps are grouped by everything but the seed, and checked group by group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bntui.claims.gathered import of_runs, of_sweep
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.result import Verdict
from bntui.records import Measurement, Progress, State, UserError
from bntui.run.series.history import Key
from bntui.run.storage.writer import RunWriter
from bntui.sweep.axis import Axis
from bntui.sweep.grid import Grid
from bntui.sweep.progress import PointState, SweepProgress
from bntui.sweep.sweep_folder import Sweep
from tests.claims.made import accuracy, made


def stored(runs_dir: Path, seed: int, lr: float = 0.1, state: State = State.FINISHED) -> Path:
    """A run on disk, as a trainer would leave it."""
    run = _made(seed, lr)
    store = RunWriter(runs_dir, run.spec)
    store.begin(run.history.info)
    store.write(sorted(_measurements(run), key=lambda measured: measured.step), Progress(40, 1.0, 0.0))
    store.close(state)
    return store.folder


def _made(seed: int, lr: float = 0.1) -> MeasuredRun:
    curves = {"standard": accuracy(0.5, 40, seed), "bn": accuracy(0.9, 40, seed + 9)}
    run = made(curves, seed=seed, steps=40)
    optimizer = run.spec.optimizer.model_copy(update={"lr": lr})
    return MeasuredRun(run.spec.model_copy(update={"optimizer": optimizer}), run.history)


def _measurements(run: MeasuredRun) -> Iterator[Measurement]:
    for variant in run.history.info.variants:
        curves = [run.history.points(Key(variant, "train", name)) for name in ("loss", "accuracy")]
        for step, *values in zip(curves[0].steps, *(each.values for each in curves), strict=True):
            yield Measurement(int(step), variant, "train", tuple(map(float, values)))


def _states(runs_dir: Path) -> Sequence[PointState]:
    axes = (Axis("optimizer.lr", (0.1, 0.3)),)
    grid = Grid(preset="made", base=_made(0).spec.toml(), axes=axes, seeds=range(3))
    return SweepProgress(Sweep("lr", runs_dir, grid)).read()


def test_runs_are_grouped_and_one_named_twice_counts_once(tmp_path: Path) -> None:
    folders = [stored(tmp_path, seed, lr) for lr in (0.1, 0.3) for seed in range(3)]
    runs = of_runs([*folders, *folders[:1]])
    assert {label: len(group) for label, group in runs.groups.items()} == {"lr=0.1": 3, "lr=0.3": 3}
    results = runs.check()
    assert {label: of_group[0].verdict for label, of_group in results.items()} == {
        "lr=0.1": Verdict.SUPPORTED,
        "lr=0.3": Verdict.SUPPORTED,
    }
    assert results["lr=0.1"][0].family == 2


def test_the_command_is_of_the_group_with_the_fewest_seeds(tmp_path: Path) -> None:
    folders = [stored(tmp_path, 0, 0.1), stored(tmp_path, 1, 0.1), stored(tmp_path, 3, 0.3)]
    assert of_runs(folders).command == f"bntui sweep {folders[2]}/spec.toml --seeds 0:5"


def test_a_setting_of_a_sweep_has_no_verdict_before_its_last_seed(tmp_path: Path) -> None:
    for seed in range(3):
        stored(tmp_path, seed, 0.1)
    for seed in range(2):
        stored(tmp_path, seed, 0.3)
    runs = of_sweep("lr", _states(tmp_path))
    assert (list(runs.groups), runs.to_come) == (["lr=0.1", "lr=0.3"], {"lr=0.3": 1})
    done, open_ = (of_group[0] for of_group in runs.check().values())
    assert (done.verdict, open_.verdict, open_.p) == (Verdict.SUPPORTED, Verdict.NONE, None)
    assert open_.note.startswith("1 more seed to come")


def test_a_failed_point_is_not_waited_for(tmp_path: Path) -> None:
    for seed in range(3):
        stored(tmp_path, seed, 0.1)
        stored(tmp_path, seed, 0.3, State.FAILED)
    assert of_sweep("lr", _states(tmp_path)).to_come == {}


def test_a_sweep_without_a_finished_point(tmp_path: Path) -> None:
    stored(tmp_path, 0, state=State.STOPPED)
    with pytest.raises(UserError, match="sweep lr: no point is finished.*`bntui sweep lr` goes on"):
        of_sweep("lr", _states(tmp_path))
