"""The command that writes the measurements of runs to a file."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bntui.cli.completions import run_names, sweep_names
from bntui.cli.options import RunsDirOption, run_folder, runs_folder
from bntui.printable_text import excerpt, printable
from bntui.records import State, StepRange, UserError
from bntui.run.exports.formats import FORMATS, check_installed, print_lines, write, write_lines
from bntui.run.exports.target import STANDARD_OUTPUT, check_new_folder, check_target, taken

if TYPE_CHECKING:
    from bntui.run.exports.stored_run import StoredRun

_FORMATS_HELP = "; ".join(f"{name}: {form.description}" for name, form in FORMATS.items())


def export_runs(
    context: typer.Context,
    run: Annotated[
        list[str] | None,
        typer.Argument(metavar="RUN…", autocompletion=run_names, help="Runs, as for the other commands."),
    ] = None,
    sweep: Annotated[
        str | None,
        typer.Option(metavar="NAME", autocompletion=sweep_names, help="All points of a sweep that have a measurement."),
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", help=f"{_FORMATS_HELP}.", show_default="parquet for *.parquet, else long")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "--csv", help="The file or folder to write; '-' for standard output.")
    ] = STANDARD_OUTPUT,
    first: Annotated[int, typer.Option("--from", metavar="STEP", min=0, help="The first step.")] = 0,
    last: Annotated[
        int | None, typer.Option("--to", metavar="STEP", min=0, help="The last step.", show_default="all")
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Print rows as they are measured, until the run ends.")
    ] = False,
    readings: Annotated[
        bool, typer.Option("--readings", help="Write seconds, CPU, memory and GPUs over the run instead, as CSV.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite without asking.")] = False,
    runs_dir: RunsDirOption = None,
) -> int:
    """Write every measurement of runs, which may be finished, interrupted, or still training.

    Several runs have the seed, and each key in which their configurations differ, as columns.
    """
    chosen = _format(form, out)
    given = [run_folder(context, name, runs_dir) for name in run or ()]
    points = _points(sweep, runs_folder(context, runs_dir)) if sweep is not None else []
    folders = list({folder.resolve(): folder for folder in (*given, *points)}.values())
    if not folders:
        raise UserError("give runs, or --sweep NAME")
    if readings:
        if form is not None or first or last is not None or follow:
            raise UserError("--readings writes all readings as CSV: leave out --format, --from, --to and --follow")
        _check_out("long", out, force)
        _write_readings(folders, out)
        return 0
    if follow:
        return _follow(folders, chosen, out, first, last)
    _check_out(chosen, out, force)
    _write(folders, chosen, out, first, last)
    return 0


def _format(form: str | None, out: Path) -> str:
    chosen = form or ("parquet" if out.suffix == ".parquet" else "long")
    if chosen not in FORMATS:
        raise UserError(f"--format {excerpt(chosen)}: choose from {', '.join(FORMATS)}")
    check_installed(chosen)
    return chosen


def _points(sweep: str, runs_dir: Path) -> list[Path]:
    from bntui.sweep.progress import measured_runs
    from bntui.sweep.sweep_folder import load

    return measured_runs(load(sweep, runs_dir))


def _check_out(form: str, out: Path, force: bool) -> None:
    """Raise UserError if the target cannot be written, or is there and is to stay; ask if it is to be overwritten."""
    if out == STANDARD_OUTPUT:
        if FORMATS[form].lines is None:
            raise UserError(f"--format {form} is no text for standard output; give --out PATH")
        return
    (check_new_folder if FORMATS[form].folder else check_target)(out, "--out")
    if not taken(out) or force:
        return
    if not sys.stdin.isatty():
        raise UserError(f"--out {out}: exists; without a terminal, overwrite it with --force")
    typer.confirm(printable(f"Overwrite {out}?"), abort=True, err=True)


def _write(folders: list[Path], form: str, out: Path, first: int, last: int | None) -> None:
    from bntui.headless.export_bar import export_bar
    from bntui.run.exports.stored_run import StoredRun
    from bntui.run.exports.table import table_of

    runs = [StoredRun(folder) for folder in folders]
    unmeasured = next((run for run in runs if run.last_step is None), None)
    if unmeasured:
        raise UserError(f"run {unmeasured.run_id}: nothing was measured, so there is nothing to export")
    with export_bar(sum(_count(run, first, last) for run in runs)) as report:
        write(table_of(runs, _steps(runs, first, last), report), out, form)


def _write_readings(folders: list[Path], out: Path) -> None:
    from bntui.run.exports.reading_lines import reading_lines

    write_lines(partial(reading_lines, folders), out)


def _steps(runs: list[StoredRun], first: int, last: int | None) -> StepRange | None:
    until = max(first, *(run.spec.steps for run in runs)) if last is None else last
    return (first, until) if first or last is not None else None


def _count(run: StoredRun, first: int, last: int | None) -> int:
    """Return how many steps are gone through."""
    measured = run.last_step or 0
    return max(0, (measured if last is None else min(last, measured)) - first)


def _follow(folders: list[Path], form: str, out: Path, first: int, last: int | None) -> int:
    from bntui.run.exports.followed_run import FollowedRun
    from bntui.run.exports.table import RunTable, Table, check_range, info_of

    lines = FORMATS[form].lines
    if len(folders) > 1 or lines is None or out != STANDARD_OUTPUT:
        raise UserError("--follow prints the CSV of one run: give one RUN, --format long or wide, and no --out")
    check_range((first, first if last is None else last))
    run = FollowedRun(folders[0])
    table = Table((RunTable(run, info_of(run), _steps([run], first, last)),))
    print_lines(lambda clean: lines(table, clean))
    if run.state.over and run.state is not State.FINISHED:
        print(f"run {printable(run.run_id)} {run.state} after {run.progress.steps} steps", file=sys.stderr)
    return 0
