"""Cost of storing measurements, of exporting them, and of drawing a long run."""

from __future__ import annotations

import resource
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np

from bntui.records import Column, Measurement, Progress, RunInfo, State
from bntui.run.exports.formats import export
from bntui.run.exports.stored_run import StoredRun
from bntui.run.series.history import History
from bntui.run.storage.writer import RunWriter
from bntui.spec import load
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.palette import styles_for
from bntui.tui.charts.registry import paint
from bntui.views.chart import Chart
from bntui.views.draw_options import DrawOptions
from bntui.views.focus import Focus
from bntui.views.page_catalogue import PAGES
from bntui.views.variant_rows import rows
from bntui.views.view_catalogue import VIEWS
from tests.bench.measure import Result, ratio, seconds

LAYERS = tuple(f"conv{number}" for number in range(1, 7))
VARIANTS = ("standard", "bn", "noisy")
COLUMNS = (
    Column("train", "loss"),
    Column("train", "accuracy"),
    *(Column("moments", name, layer) for name in ("mean", "var", "mean_drift", "var_drift") for layer in LAYERS),
)
INFO = RunInfo(COLUMNS, VARIANTS, LAYERS, 1_000_000, 24, "digits", "cpu", "cpu")
STYLES = styles_for((18, 18, 18), (224, 224, 224), True, "#0178D4")
VALUES = tuple(float(number % 7) / 8 for number in range(24))


def _step(step: int) -> list[Measurement]:
    return [
        Measurement(step, variant, probe, values)
        for variant in VARIANTS
        for probe, values in (("train", VALUES[:2]), ("moments", VALUES))
    ]


def store() -> Iterator[Result]:
    """Store 20,000 values per second, in batches like the trainer's; then export 3 million values."""
    values_per_step = 26 * len(VARIANTS)
    with tempfile.TemporaryDirectory() as folder:
        writer = RunWriter(Path(folder), load("noisy"))
        writer.begin(INFO)
        steps = 20_000 // values_per_step // 5
        batches = [
            [measurement for step in range(first, first + steps) for measurement in _step(step)]
            for first in range(0, 5 * steps, steps)
        ]
        share = seconds(lambda: [writer.write(batch, Progress(1, 1.0, 0.0)) for batch in batches])
        yield Result("storing 20,000 values", "a second of training", share * 100, 3.0, form="{:.2f} %")
        later = range(5 * steps, 3_000_000 // values_per_step)
        writer.write(measurement for step in later for measurement in _step(step))
        writer.close(State.FINISHED)
        # The modules that the formats need are loaded once, not for every million values.
        import_module("tensorboardX.summary")
        run = StoredRun(writer.folder)
        for form, target in {"long": 10.0, "wide": 15.0, "parquet": 5.0, "tensorboard": 60.0}.items():
            spent = seconds(partial(export, run, Path(folder, form), form))
            yield Result(f"export of 3 million values, {form}", "-", spent, target, form="{:.1f} s")


def memory() -> Iterator[Result]:
    """Measure the memory of a stored value, and a redraw at a million steps against one at ten thousand."""
    one_probe = History(RunInfo(COLUMNS[:2], ("bn",), (), 1_000_000, 24, "digits", "cpu", "cpu"))
    tracemalloc.start()
    one_probe.extend(Measurement(step, "bn", "train", (0.5, 0.5)) for step in range(50_000))
    allocated = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    yield Result("memory of a value in the history", "-", allocated / 100_000, 8.0, form="{:.1f} bytes")
    values = np.random.default_rng(0).random((1_000_000, 2)).tolist()
    short, long = History(INFO), History(INFO)
    for history, steps in ((short, 10_000), (long, 1_000_000)):
        history.extend(
            Measurement(step, variant, "train", tuple(values[step])) for step in range(steps) for variant in VARIANTS
        )
    cost = ratio(lambda: _redraw(long, 1_000_000), lambda: _redraw(short, 10_000), 25)
    yield Result("a redraw of the overview at 1,000,000 steps", "at 10,000", cost, 1.5)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    yield Result("peak memory of these benchmarks", "-", peak, 3000, form="{:.0f} MB")


def _redraw(history: History, right: int) -> None:
    """Draw the overview without anything cached from an earlier frame."""
    for line in PAGES[0].lines:
        for view in line:
            figure = VIEWS[view](history, Focus("conv1"))
            window = figure.window if isinstance(figure, Chart) else 0
            options = DrawOptions(right, figure.log, window=window)
            paint(Canvas(59, 12), STYLES, figure, options, PlotLayers())
    rows(history, Focus("conv1"))
