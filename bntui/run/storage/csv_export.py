"""Export of a run as CSV: one scalar per row, or one row per variant and step."""

from __future__ import annotations

import contextlib
import csv
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, islice
from pathlib import Path
from typing import NamedTuple, Protocol, TextIO

from bntui.lossy_file import discard
from bntui.printable_text import printable
from bntui.records import Column, Measurement, RunInfo, StepRange, UserError

LONG_HEADER = ("run", "variant", "step", "epoch", "probe", "layer", "name", "value")

Row = tuple[object, ...]


def long_rows(run_id: str, info: RunInfo, measurements: Iterable[Measurement]) -> Iterator[Row]:
    """Yield the header and one row per scalar; `step` counts updates before the measurement, `epoch` full passes."""
    yield LONG_HEADER
    columns = _columns_by_probe(info)
    for measured in measurements:
        epoch = measured.step // info.steps_per_epoch
        for column, value in zip(columns[measured.probe], measured.values, strict=False):
            yield run_id, measured.variant, measured.step, epoch, measured.probe, column.layer, column.name, value


def wide_rows(run_id: str, info: RunInfo, measurements: Iterable[Measurement]) -> Iterator[Row]:
    """Yield the header and one row per variant and step; columns are named probe.layer.name, unmeasured cells empty."""
    columns = _columns_by_probe(info)
    names = [
        ".".join(filter(None, (probe, column.layer, column.name))) for probe in columns for column in columns[probe]
    ]
    yield "run", "variant", "step", "epoch", *names
    for (step, variant), group in groupby(measurements, key=lambda measured: (measured.step, measured.variant)):
        values = {measured.probe: measured.values for measured in group}
        cells = [cell for probe in columns for cell in _padded(values.get(probe, ()), len(columns[probe]))]
        yield run_id, variant, step, step // info.steps_per_epoch, *cells


class Measured(Protocol):
    """A run to be exported: one that is stored, or one in memory."""

    @property
    def run_id(self) -> str:
        """The run's id."""

    @property
    def info(self) -> RunInfo | None:
        """The run's columns, variants and layers; None if training never began."""

    @property
    def last_step(self) -> int | None:
        """The step of the newest measurement; None before there is one."""

    def measurements(self, steps: StepRange | None = None) -> Iterator[Measurement]:
        """Yield the measurements so far, or those of some steps, in the order in which they were taken."""


class Format(NamedTuple):
    """An export format: its description for the command line's help, and the function that yields its rows."""

    description: str
    rows: Callable[[str, RunInfo, Iterable[Measurement]], Iterator[Row]]


FORMATS: Mapping[str, Format] = {
    "long": Format("one scalar per row", long_rows),
    "wide": Format("one row per variant and step", wide_rows),
}


def export(run: Measured, to: Path, form: str = "long", steps: StepRange | None = None) -> None:
    """Write a run, or some of its steps, to a CSV file, or to standard output if the path is '-'.

    `form` is a name in FORMATS. The file is replaced only once it is complete. Raises UserError if nothing was
    measured at these steps, or the file cannot be written.
    """
    rows = _rows(run, form, steps)
    if steps:
        _check_steps(run, steps)
    _write(rows, to)


def export_all(runs: Sequence[Measured], to: Path, steps: StepRange | None = None) -> None:
    """Write several runs, or some of their steps, to one long CSV, run after run. Raises UserError."""
    without_headers = (islice(_rows(run, "long", steps), 1, None) for run in runs)
    _write(chain([LONG_HEADER], *without_headers), to)


def csv_name(stem: str, steps: StepRange | None) -> str:
    """Return the file name for an export of these steps."""
    return f"{stem}-{steps[0]}-{steps[1]}.csv" if steps else f"{stem}.csv"


def check_target(to: Path) -> None:
    """Raise UserError if a CSV could not be written there; called before training."""
    if str(to) == "-":
        return
    with _errors(f"--csv {to}"):
        target = _resolved(to)
        if target.is_dir():
            raise UserError(f"--csv {to}: is a folder; give the path of a file")
        if not target.parent.is_dir():
            raise UserError(f"--csv {to}: there is no folder {target.parent}")
        if not _is_special(target):
            # Permissions do not show whether a disk is read-only, so try.
            tempfile.TemporaryFile(dir=target.parent).close()


def _rows(run: Measured, form: str, steps: StepRange | None = None) -> Iterator[Row]:
    info = run.info
    if info is None:
        raise UserError(f"run {run.run_id}: nothing was measured, so there is nothing to export")
    return FORMATS[form].rows(run.run_id, info, run.measurements(steps))


def _write(rows: Iterable[Row], to: Path) -> None:
    if str(to) == "-":
        _print(rows)
        return
    with _errors(str(to)), _replacing(_resolved(to)) as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _print(rows: Iterable[Row]) -> None:
    """Write rows to standard output; on a terminal, what would control it is replaced."""
    if sys.stdout is None:
        raise UserError("standard output: is closed; give a file with --csv FILE")
    if sys.stdout.isatty():
        rows = (tuple(printable(cell) if isinstance(cell, str) else cell for cell in row) for row in rows)
    with _errors("standard output"):
        csv.writer(sys.stdout, lineterminator="\n").writerows(rows)
        sys.stdout.flush()


def _check_steps(run: Measured, steps: StepRange) -> None:
    first, last = steps
    if last < first:
        raise UserError(f"steps {first} to {last}: the first must not be after the last")
    if next(run.measurements(steps), None) is None:
        newest = run.last_step
        measured = "nothing is measured yet" if newest is None else f"measurements are at steps 0 to {newest}"
        raise UserError(f"run {run.run_id}: nothing was measured at steps {first} to {last}; {measured}")


def _columns_by_probe(info: RunInfo) -> dict[str, tuple[Column, ...]]:
    return {probe: info.columns_of(probe) for probe in info.probes}


def _padded(values: tuple[float, ...], length: int) -> list[object]:
    return [*values, *("",) * (length - len(values))]


@contextlib.contextmanager
def _replacing(to: Path) -> Iterator[TextIO]:
    """Open a file that replaces `to` once it is complete; what is no regular file, as /dev/null, is written to."""
    if _is_special(to):
        with to.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            yield file
        return
    part = to.with_name(f".{os.getpid()}.csv.part")
    part.unlink(missing_ok=True)
    try:
        # A file that another user has put there is not written to.
        with part.open("x", encoding="utf-8", errors="surrogateescape", newline="") as file:
            yield file
        part.replace(to)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _resolved(to: Path) -> Path:
    """Follow links, so that the file is replaced and not the link to it. Raises OSError."""
    try:
        return to.resolve()
    except (ValueError, RuntimeError) as error:
        raise OSError(str(error)) from None


@contextlib.contextmanager
def _errors(target: str) -> Iterator[None]:
    """Raise UserError in place of OSError, but for a pipe that nobody reads."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if target == "standard output":
            # Python would try, and fail, to write the rest at its exit.
            discard(sys.stdout)
        raise UserError(f"{target}: cannot be written: {error.strerror or error}") from None
