"""Write a stored run again, at the speed of its training: as a run of bntui, or as one of wandb.

`python -m tests.bench.growing_run bntui|wandb RUN FOLDER` prints the new run's folder and writes until it is terminated
or the run is complete.
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
    """Yield each step's measurements at the time at which the run had measured them."""
    start, seconds_per_step = time.perf_counter(), reader.progress.seconds / reader.progress.steps
    for step, measurements in groupby(reader.measurements(), lambda measurement: measurement.step):
        time.sleep(max(start + step * seconds_per_step - time.perf_counter(), 0.0))
        yield step, list(measurements)


def write_bntui(reader: RunReader, folder: Path) -> None:
    """Write all measurements to a database."""
    info, seconds_per_step = reader.info, reader.progress.seconds / reader.progress.steps
    assert info is not None
    writer = RunWriter(folder, reader.spec)
    writer.begin(info)
    print(writer.folder, flush=True)
    batch: list[Measurement] = []
    flushed = time.perf_counter()
    for step, measurements in _steps(reader):
        batch += measurements
        if time.perf_counter() - flushed >= FLUSH_SECONDS:
            writer.write(batch, Progress(step, step * seconds_per_step, 0.0))
            batch, flushed = [], time.perf_counter()
    writer.write(batch)
    writer.close(State.FINISHED)


def write_wandb(reader: RunReader, folder: Path) -> None:
    """Log the values of the overview to an offline run of wandb, one metric per variant and column."""
    import wandb

    info = reader.info
    assert info is not None
    run = wandb.init(
        project="bench",
        mode="offline",
        dir=folder,
        settings=wandb.Settings(silent=True, console="off"),
    )
    print(Path(run.dir).parent, flush=True)
    logged = {("train", "loss", ""), ("train", "accuracy", "")}
    logged |= {("moments", "mean_drift", info.layers[0]), ("smoothness", "beta", "")}
    for step, measurements in _steps(reader):
        run.log(
            {
                f"{measurement.variant}/{column.name}": value
                for measurement in measurements
                for column, value in zip(info.columns_of(measurement.probe), measurement.values, strict=False)
                if (column.probe, column.name, column.layer) in logged
            },
            step=step,
        )
    run.finish()


WRITERS: dict[str, Callable[[RunReader, Path], None]] = {"bntui": write_bntui, "wandb": write_wandb}

if __name__ == "__main__":
    kind, source, folder = sys.argv[1:]
    with RunReader(Path(source)) as reader:
        WRITERS[kind](reader, Path(folder))
