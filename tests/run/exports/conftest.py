"""Two runs written by hand that differ in their preset, seed, learning rate and probes, with a histogram."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bntui.records import Column, Measurement, Progress, RunInfo, State
from bntui.run.exports.stored_run import StoredRun
from bntui.run.exports.table import Table, table_of
from bntui.run.storage import folders
from bntui.run.storage.writer import RunWriter
from bntui.spec import parse

LAYERS = ("conv1", "conv2")
LOSS = (Column("train", "loss", unit="nats"), Column("train", "accuracy"))
BINS = tuple(
    Column("distribution", name, layer) for name in ("low", "high", "bin_00", "bin_01", "bin_02") for layer in LAYERS
)
SHARES = (-1.0, -2.0, 1.0, 2.0, 0.25, 0.5, 0.5, 0.25, 0.25, 0.25)
STEPS = 40


def made_run(
    runs_dir: Path,
    name: str,
    seed: int,
    rate: float,
    columns: tuple[Column, ...],
    state: State = State.FINISHED,
    shares: tuple[float, ...] = SHARES,
) -> Path:
    """Write a run of which `bn` has the same distribution at every tenth step, if it has one; return its folder."""
    text = f'network = "vgg-mini"\ndataset = "digits"\nvariants = ["standard", "bn"]\nsteps = {STEPS}\nseed = {seed}'
    writer = RunWriter(runs_dir, parse(f"{text}\noptimizer.lr = {rate}", name))
    writer.begin(RunInfo(columns, ("standard", "bn"), LAYERS, STEPS, 8, "digits", "cpu", "a processor"))
    for step in range(STEPS):
        loss = math.nan if step == 7 else step / 8
        taken = [Measurement(step, variant, "train", (loss, 0.5)) for variant in ("standard", "bn")]
        if len(columns) > len(LOSS) and step % 10 == 0:
            taken.append(Measurement(step, "bn", "distribution", shares))
        writer.write(taken, Progress(step + 1, (step + 1) / 4, 0.0))
    writer.close(state)
    return writer.folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folders of both runs; only the second one has a histogram."""
    runs_dir = tmp_path_factory.mktemp("runs")
    return made_run(runs_dir, "first", 1, 0.1, LOSS), made_run(runs_dir, "second", 2, 0.3, LOSS + BINS)


@pytest.fixture
def table(made: tuple[Path, Path]) -> Table:
    return table_of([StoredRun(folder) for folder in made])


def stored_scalars(*runs: Path) -> int:
    """Count the values in the databases of runs, by nothing but SQL."""
    total = 0
    for folder in runs:
        with closing(sqlite3.connect(folder / folders.DATABASE)) as database:
            total += database.execute("SELECT SUM(LENGTH(data)) / 4 FROM measurements").fetchone()[0]
    return total
