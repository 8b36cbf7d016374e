"""The formats of exports, and the one way to write them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from bntui.printable_text import printable
from bntui.records import StepRange, UserError
from bntui.run.exports.csv_lines import Clean, long_lines, wide_lines
from bntui.run.exports.table import Measured, Table, table_of
from bntui.run.exports.target import STANDARD_OUTPUT, replacing, write_errors


class Format(NamedTuple):
    """An export format: its description for the command line's help, and either `lines` or `write`.

    `lines` yields lines of CSV; `write` writes a file, or a folder if `folder`. `package` is what must be installed.
    """

    description: str
    lines: Callable[[Table, Clean], Iterator[str]] | None = None
    write: Callable[[Table, Path], None] | None = None
    folder: bool = False
    package: str = ""


def _parquet(table: Table, to: Path) -> None:
    from bntui.run.exports.parquet_file import write_parquet

    write_parquet(table, to)


def _tensorboard(table: Table, to: Path) -> None:
    from bntui.run.exports.tensorboard_folder import write_tensorboard

    write_tensorboard(table, to)


FORMATS: Mapping[str, Format] = {
    "long": Format("CSV, one scalar per row", long_lines),
    "wide": Format("CSV, one row per variant and step", wide_lines),
    "parquet": Format("a file, one scalar per row", write=_parquet, package="pyarrow"),
    "tensorboard": Format("a folder of event files", write=_tensorboard, folder=True, package="tensorboardX"),
}


def check_installed(form: str) -> None:
    """Raise UserError if a format needs a package that is missing."""
    package = FORMATS[form].package
    if package and find_spec(package) is None:
        raise UserError(f"--format {form} needs {package}; install it with: pip install 'bntui[{form}]'")


def export(run: Measured, to: Path, form: str = "long", steps: StepRange | None = None) -> None:
    """Write a run, or some of its steps, to a file, or to standard output if the path is '-'.

    `form` is a name in FORMATS. The file is replaced only once it is complete. Raises UserError if nothing was
    measured at these steps, or the file cannot be written.
    """
    export_all([run], to, form, steps)


def export_all(runs: Sequence[Measured], to: Path, form: str = "long", steps: StepRange | None = None) -> None:
    """Write several runs as `export` does, run after run, with what differs in their configuration as columns."""
    write(table_of(runs, steps), to, form)


def write(table: Table, to: Path, form: str) -> None:
    """Write a table in a format. Raises UserError."""
    chosen = FORMATS[form]
    if chosen.lines:
        write_lines(partial(chosen.lines, table), to)
    elif chosen.write:
        with replacing(to) as part:
            chosen.write(table, part)


def write_lines(lines: Callable[[Clean], Iterator[str]], to: Path) -> None:
    """Write lines of CSV to a file, or to standard output if the path is '-'. Raises UserError."""
    if to == STANDARD_OUTPUT:
        print_lines(lines)
        return
    with replacing(to) as part, part.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.writelines(lines(str))


def print_lines(lines: Callable[[Clean], Iterator[str]]) -> None:
    """Print lines of CSV, each as soon as it is there; on a terminal, what would control it is replaced."""
    if sys.stdout is None:
        raise UserError("standard output: is closed; give a file with --out FILE")
    with write_errors("standard output"):
        for text in lines(printable if sys.stdout.isatty() else str):
            sys.stdout.write(text)
            sys.stdout.flush()


def file_name(stem: str, steps: StepRange | None) -> str:
    """Return the name of the CSV of these steps."""
    return f"{stem}-{steps[0]}-{steps[1]}.csv" if steps else f"{stem}.csv"
