"""A small grid, and made runs of its points, without training anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bntui.records import Measurement, Notice, NoticeKind, Progress, State
from bntui.run.storage.writer import RunWriter
from bntui.spec import ExperimentSpec
from bntui.sweep import sweep_folder
from bntui.sweep.axis import Axis
from bntui.sweep.grid import Grid
from bntui.sweep.point import Point
from bntui.sweep.sweep_folder import Sweep
from tests.run.conftest import INFO

PRESET = 'network = "vgg-mini"\ndataset = "digits"\nvariants = ["standard", "bn"]\nsteps = 3\nseed = 7\n'


def unchanged(spec: ExperimentSpec) -> ExperimentSpec:
    """Stand for `train.resolve`."""
    return spec


@pytest.fixture
def grid() -> Grid:
    """Two learning rates with two seeds each."""
    return Grid(preset="small", base=PRESET, axes=(Axis("optimizer.lr", (0.1, 0.2)),), seeds=range(2))


@pytest.fixture
def sweep(tmp_path: Path, grid: Grid) -> Sweep:
    """The grid as a stored sweep."""
    made = Sweep("lr", tmp_path / "runs", grid)
    sweep_folder.save(made)
    return made


MadeRun = Callable[..., Path]


@pytest.fixture
def made_run(tmp_path: Path) -> MadeRun:
    """Writes a run of a point, as training would, and returns its folder."""

    def write(
        point: Point,
        state: State = State.FINISHED,
        dataset: str = "digits",
        error: str = "",
        variants: tuple[str, ...] = INFO.variants,
        title: str = "",
    ) -> Path:
        writer = RunWriter(tmp_path / "runs", point.spec, title=title)
        writer.begin(replace(INFO, dataset=dataset, variants=variants))
        notices = [Notice(NoticeKind.FAILED, error)] if error else []
        writer.write([Measurement(0, "standard", "train", (1.0, 0.5)), *notices], Progress(2, 4.0, 0.0))
        writer.close(state)
        return writer.folder

    return write
