"""Cost of a comparison of 50 runs: opening it, a key in it, and the memory of its values."""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from operator import attrgetter
from pathlib import Path

import numpy as np

from bntui.records import Column, Measurement, Progress, RunInfo, State
from bntui.run.series.history import Key
from bntui.run.sources.comparison import ComparedRuns
from bntui.run.storage.writer import RunWriter
from bntui.spec import ExperimentSpec, load
from tests.bench.measure import Result
from tests.declared_columns import declared_columns
from tests.terminal import Terminal

STEPS = 1500
LAYERS = ("conv1", "conv2", "conv3", "conv4", "fc1")
RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 2.0)
SEEDS = range(5)
ROUNDS = 4
CHUNK = 50_000
"""Steps of a long run whose measurements are made at once."""
KEYS = (
    ("]", "drift of conv2"),
    ("[", "drift of conv1"),
    ("\x1b[H", "at step 0"),
    ("\x1b[F", "─ variant"),
    ("d", "Δ train loss"),
    ("dd", "╭ train loss"),
)
"""Keys with what they show: layers, the cursor at the first step and none, differences and again values."""
PACE = {"standard": 300.0, "bn": 60.0, "noisy": 100.0}
"""Steps in which a variant's loss falls to a third, at a learning rate of 0.1."""


def make_runs(
    runs_dir: Path, rates: Sequence[float] = RATES, seeds: Sequence[int] = SEEDS, steps: int = STEPS
) -> list[Path]:
    """Write finished runs of the preset `noisy` with made-up values, one for each learning rate and seed."""
    preset = load("noisy").model_copy(update={"steps": steps}) if steps > STEPS else load("noisy").shortened(steps)
    columns = tuple(column for column in declared_columns(LAYERS) if column.probe in preset.probes)
    specs = [
        preset.model_copy(update={"seed": seed, "optimizer": preset.optimizer.model_copy(update={"lr": rate})})
        for rate in rates
        for seed in seeds
    ]
    return [_write(runs_dir, spec, columns) for spec in specs]


def _write(runs_dir: Path, spec: ExperimentSpec, columns: tuple[Column, ...]) -> Path:
    info = RunInfo(columns, tuple(PACE), LAYERS, spec.steps, 24, "mnist", "cpu", "cpu", classes=10)
    writer = RunWriter(runs_dir, spec)
    writer.begin(info)
    numbers = np.random.default_rng([spec.seed, round(1000 * spec.optimizer.lr)])
    for first in range(0, spec.steps, CHUNK):
        made = [
            measurement
            for variant in PACE
            for probe in info.probes
            for measurement in _measurements(spec, info, variant, probe, numbers, first)
        ]
        writer.write(sorted(made, key=attrgetter("step")), Progress(spec.steps, 60.0, 6.0))
    writer.close(State.FINISHED)
    return writer.folder


def _measurements(
    spec: ExperimentSpec, info: RunInfo, variant: str, probe: str, numbers: np.random.Generator, first: int
) -> Iterator[Measurement]:
    """Yield a loss that falls, an accuracy that rises, and noise about a constant for everything else."""
    every = spec.schedules[probe]
    steps = np.arange(-(-first // every) * every, min(first + CHUNK, spec.steps), every)
    steps = steps[steps > 0] if probe == "test" else steps
    columns = info.columns_of(probe)
    left = np.exp(-steps * (spec.optimizer.lr / 0.1) ** 0.5 / PACE[variant] * numbers.lognormal(0, 0.2))
    means = {"loss": 0.05 + 2.25 * left, "accuracy": 0.99 - 0.89 * left}
    ones = np.full(len(steps), PACE[variant] / 100)
    values = np.stack([means.get(column.name, ones) for column in columns], axis=1)
    values *= numbers.lognormal(0, 0.1, len(columns)) * numbers.lognormal(0, 0.05, values.shape)
    for column, name in enumerate(each.name for each in columns):
        if name == "accuracy":
            values[:, column] = values[:, column].clip(0, 1)
    for step, row in zip(steps.tolist(), values.astype(np.float32).tolist(), strict=True):
        yield Measurement(step, variant, probe, tuple(row))


def compared() -> Iterator[Result]:
    """Open 50 runs of three variants and 1,500 steps in a terminal, press keys, and measure the memory of a value."""
    with tempfile.TemporaryDirectory() as folder:
        runs = make_runs(Path(folder))
        opened, milliseconds = _screen(runs, folder)
        yield Result("opening a comparison of 50 runs", "the command", opened, 3.0, form="{:.2f} s")
        p95 = sorted(milliseconds)[int(0.95 * (len(milliseconds) - 1))]
        yield Result("key to screen in that comparison, p95", "-", p95, 100, form="{:.0f} ms")
        yield Result("memory of a value in that comparison", "-", _bytes_per_value(runs), 12.0, form="{:.1f} bytes")


def _screen(runs: Sequence[Path], folder: str) -> tuple[float, list[float]]:
    """Return the seconds until all runs are shown, and the milliseconds until each key shows its effect."""
    start = time.perf_counter()
    with Terminal("compare", "--runs-dir", folder, *map(str, runs)) as terminal:
        terminal.until("50 runs finished")
        opened, milliseconds = time.perf_counter() - start, []
        for key, effect in KEYS * ROUNDS:
            start = time.perf_counter()
            terminal.type(key)
            terminal.until(effect)
            milliseconds.append((time.perf_counter() - start) * 1000)
        terminal.type("q")
        terminal.end()
    return opened, milliseconds


def _bytes_per_value(runs: Sequence[Path]) -> float:
    """Return the memory that the comparison takes, over the number of its values."""
    ComparedRuns(runs[:2]).work()
    tracemalloc.start()
    source = ComparedRuns(runs)
    source.work()
    allocated = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert source.history is not None
    info = source.history.info
    keys = [Key(name, column.probe, column.name, column.layer) for name in info.variants for column in info.columns]
    values = sum(len(points.values) for key in keys for points in source.history.seeds(key).values())
    return allocated / values
