"""A run as CSV: long, one scalar a row, or wide, one row per variant and step."""

from __future__ import annotations

import contextlib
import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from pathlib import Path
from typing import TextIO

from bntui.records import Column, Measurement, RunInfo, StepRange, UserError
from bntui.run.storage.reader import RunReader

LONG = ("run", "variant", "step", "epoch", "probe", "layer", "name", "value")
FORMATS = ("long", "wide")

Row = tuple[object, ...]


def export(reader: RunReader, to: Path, form: str = "long", steps: StepRange | None = None) -> None:
    """Write a run's CSV, or that of some of its steps, to a file, or to standard output where the path is '-'.

    A file appears whole or not at all. Raises UserError.
    """
    rows = _rows(reader, form, steps)
    if steps:
        _check_steps(reader, steps)
    _write(rows, to)


def export_all(folders: Sequence[Path], to: Path, steps: StepRange | None = None) -> None:
    """Write the long CSV of several runs, or of some of their steps, one after the other, to one file.

    Raises UserError.
    """
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(RunReader(folder)) for folder in folders]
        # All have the same head.
        rest = (islice(_rows(reader, "long", steps), 1, None) for reader in readers)
        _write(chain([LONG], *rest), to)


def _rows(reader: RunReader, form: str, steps: StepRange | None = None) -> Iterator[Row]:
    info = reader.info
    if info is None:
        raise UserError(f"run {reader.run_id}: nothing was measured, so there is nothing to export")
    rows = long_rows if form == "long" else wide_rows
    return rows(reader.run_id, info, reader.measurements(steps))


def _write(rows: Iterable[Row], to: Path) -> None:
    if str(to) == "-":
        csv.writer(sys.stdout, lineterminator="\n").writerows(rows)
        return
    with _replacing(to) as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def csv_name(stem: str, steps: StepRange | None) -> str:
    """What to call the file of these steps."""
    return f"{stem}-{steps[0]}-{steps[1]}.csv" if steps else f"{stem}.csv"


def long_rows(run: str, info: RunInfo, measurements: Iterable[Measurement]) -> Iterator[Row]:
    """Header and rows of the long form; `step` counts updates before the measurement, `epoch` full passes."""
    yield LONG
    columns = _by_probe(info)
    for one in measurements:
        epoch = one.step // info.steps_per_epoch
        for column, value in zip(columns[one.probe], one.values, strict=False):
            yield run, one.variant, one.step, epoch, one.probe, column.layer, column.name, value


def wide_rows(run: str, info: RunInfo, measurements: Iterable[Measurement]) -> Iterator[Row]:
    """Header and rows of the wide form; columns are named probe.layer.name, cells not measured are empty."""
    columns = _by_probe(info)
    probes = list(columns)
    names = [
        ".".join(filter(None, (probe, column.layer, column.name))) for probe in probes for column in columns[probe]
    ]
    yield "run", "variant", "step", "epoch", *names
    for (step, variant), group in groupby(measurements, key=lambda one: (one.step, one.variant)):
        taken = {one.probe: one.values for one in group}
        cells = [cell for probe in probes for cell in _padded(taken.get(probe, ()), len(columns[probe]))]
        yield run, variant, step, step // info.steps_per_epoch, *cells


def check_target(to: Path) -> None:
    """Raises UserError where a CSV could not be written, before anything is trained."""
    if str(to) == "-":
        return
    if to.is_dir():
        raise UserError(f"--csv {to}: is a folder; name a file in it")
    if not to.absolute().parent.is_dir():
        raise UserError(f"--csv {to}: there is no folder {to.absolute().parent}")


def _check_steps(reader: RunReader, steps: StepRange) -> None:
    first, last = steps
    if last < first:
        raise UserError(f"steps {first} to {last}: the first must not be after the last")
    if next(reader.measurements(steps), None) is None:
        newest = reader.last_step
        there = "nothing is measured yet" if newest is None else f"its measurements are at steps 0 to {newest}"
        raise UserError(f"run {reader.run_id}: nothing was measured at steps {first} to {last}; {there}")


def _by_probe(info: RunInfo) -> dict[str, tuple[Column, ...]]:
    return {probe: info.columns_of(probe) for probe in dict.fromkeys(column.probe for column in info.columns)}


def _padded(values: tuple[float, ...], length: int) -> list[object]:
    return [*values, *("",) * (length - len(values))]


@contextlib.contextmanager
def _replacing(to: Path) -> Iterator[TextIO]:
    part = to.with_name(f".{to.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(to)
    except OSError as error:
        raise UserError(f"{to}: cannot be written: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)
