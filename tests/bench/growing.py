"""A run that grows again, measurement by measurement at the speed of its training: as a run of ours, or of W&B's.

`python -m tests.bench.growing ours|wandb RUN PLACE` prints the folder that grows, and ends when it is terminated.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

from bntui.records import Measurement, Progress, State
from bntui.run.storage.reader import RunReader
from bntui.run.storage.writer import RunWriter

FLUSH_SECONDS = 0.2


def _steps(reader: RunReader) -> Iterator[tuple[int, list[Measurement]]]:
    """Each step's measurements when it is time for them."""
    begun, pace = time.perf_counter(), reader.progress.seconds / reader.progress.steps
    for step, measured in groupby(reader.measurements(), lambda each: each.step):
        time.sleep(max(begun + step * pace - time.perf_counter(), 0.0))
        yield step, list(measured)


def ours(reader: RunReader, style_index: Path) -> None:
    """Everything that was measured, in a database."""
    info, seconds = reader.info, reader.progress.seconds / reader.progress.steps
    assert info is not None
    writer = RunWriter(style_index, reader.spec, {})
    writer.begin(info)
    print(writer.folder, flush=True)
    batch: list[Measurement] = []
    written = time.perf_counter()
    for step, measured in _steps(reader):
        batch += measured
        if time.perf_counter() - written >= FLUSH_SECONDS:
            writer.write(batch, Progress(step, step * seconds, 0.0))
            batch, written = [], time.perf_counter()
    writer.write(batch)
    writer.close(State.FINISHED)


def wandb(reader: RunReader, style_index: Path) -> None:
    """What the overview shows, a metric a variant and quantity, in an offline run of W&B's."""
    import wandb as weights_and_biases

    info = reader.info
    assert info is not None
    run = weights_and_biases.init(
        project="bench",
        mode="offline",
        dir=style_index,
        settings=weights_and_biases.Settings(silent=True, console="off"),
    )
    print(Path(run.dir).parent, flush=True)
    wanted = {("train", "loss", ""), ("train", "accuracy", "")}
    wanted |= {("moments", "mean_drift", info.layers[0]), ("smoothness", "beta", "")}
    for step, measured in _steps(reader):
        run.log(
            {
                f"{one.variant}/{column.name}": value
                for one in measured
                for column, value in zip(info.columns_of(one.probe), one.values, strict=False)
                if (column.probe, column.name, column.layer) in wanted
            },
            step=step,
        )
    run.finish()


KINDS: dict[str, Callable[[RunReader, Path], None]] = {"ours": ours, "wandb": wandb}

if __name__ == "__main__":
    kind, source, style_index = sys.argv[1:]
    with RunReader(Path(source)) as opened:
        KINDS[kind](opened, Path(style_index))
