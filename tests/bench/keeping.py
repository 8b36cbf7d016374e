"""What it costs to keep measurements, to export them, and to draw a long run."""

from __future__ import annotations

import resource
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bntui.records import Column, Measurement, Progress, RunInfo, State
from bntui.run.series.history import History
from bntui.run.storage.csv_export import export
from bntui.run.storage.reader import RunReader
from bntui.run.storage.writer import RunWriter
from bntui.spec import load
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.incremental import IncrementalPlot
from bntui.tui.charts.line_chart import PlotLayers
from bntui.tui.charts.palette import styles_for
from bntui.tui.charts.registry import paint
from bntui.tui.screens.pages import PAGES
from bntui.views.chart import Chart
from bntui.views.draw_options import DrawOptions
from bntui.views.focus import Focus
from bntui.views.variant_rows import rows
from bntui.views.view_catalogue import VIEWS
from tests.bench.measure import Figure, ratio, seconds

LAYERS = tuple(f"conv{number}" for number in range(1, 7))
VARIANTS = ("standard", "bn", "noisy")
COLUMNS = (
    Column("train", "loss"),
    Column("train", "accuracy"),
    *(Column("moments", name, layer) for name in ("mean", "var", "mean_drift", "var_drift") for layer in LAYERS),
)
INFO = RunInfo(COLUMNS, VARIANTS, LAYERS, 1_000_000, 24, "digits", "cpu", "cpu")
INKS = styles_for((18, 18, 18), (224, 224, 224), True, "#0178D4")
VALUES = tuple(float(number % 7) / 8 for number in range(24))


def _step(step: int) -> list[Measurement]:
    return [
        Measurement(step, variant, probe, values)
        for variant in VARIANTS
        for probe, values in (("train", VALUES[:2]), ("moments", VALUES))
    ]


def writer() -> Iterator[Figure]:
    """20,000 values a second, in batches as the trainer hands them over; then 3 million values exported."""
    per_step = 26 * len(VARIANTS)
    with tempfile.TemporaryDirectory() as style_index:
        keeper = RunWriter(Path(style_index), load("noisy"), {})
        keeper.begin(INFO)
        batch = [one for step in range(20_000 // per_step // 5) for one in _step(step)]
        share = seconds(lambda: [keeper.write(batch, Progress(1, 1.0, 0.0)) for _ in range(5)])
        yield Figure("storing 20,000 values", "a second of training", share * 100, 3.0, form="{:.2f} %")
        keeper.write(one for step in range(3_000_000 // per_step) for one in _step(step))
        keeper.close(State.FINISHED)
        with RunReader(keeper.folder) as reader:
            taken = seconds(lambda: export(reader, Path(style_index) / "run.csv"))
        yield Figure("export of 3 million values", "-", taken, 20.0, form="{:.1f} s")


def memory() -> Iterator[Figure]:
    """What a stored value takes, and what drawing a million steps takes beside ten thousand."""
    short, long = History(INFO), History(INFO)
    lean = RunInfo(COLUMNS[:2], ("bn",), (), 1_000_000, 24, "digits", "cpu", "cpu")
    grown = History(lean)
    tracemalloc.start()
    grown.extend(Measurement(step, "bn", "train", (0.5, 0.5)) for step in range(50_000))
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    yield Figure("memory of a value in the history", "-", held / 100_000, 8.0, form="{:.1f} bytes")
    values = np.random.default_rng(0).random((1_000_000, 2)).tolist()
    for history, steps in ((short, 10_000), (long, 1_000_000)):
        history.extend(
            Measurement(step, variant, "train", tuple(values[step])) for step in range(steps) for variant in VARIANTS
        )
    cost = ratio(lambda: _redraw(long, 1_000_000), lambda: _redraw(short, 10_000), 25)
    yield Figure("a redraw of the overview at 1,000,000 steps", "at 10,000", cost, 1.5)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    yield Figure("peak memory of these benchmarks", "-", peak, 3000, form="{:.0f} MB")


def _redraw(history: History, right: int) -> None:
    """Everything anew: nothing is left from the picture before."""
    for plan in PAGES[0].lines:
        for view in plan:
            figure = VIEWS[view](history, Focus("conv1"))
            window = figure.window if isinstance(figure, Chart) else 0
            options = DrawOptions(right, figure.log, window=window)
            paint(Canvas(59, 12), INKS, figure, options, PlotLayers(IncrementalPlot(), IncrementalPlot()))
    rows(history, Focus("conv1"))
