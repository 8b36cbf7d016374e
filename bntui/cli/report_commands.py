"""The command that writes a report: one HTML file about runs, or about a sweep."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bntui.cli.options import RunsDirOption, run_folder, runs_folder
from bntui.cli.output import show
from bntui.printable_text import printable
from bntui.records import UserError

if TYPE_CHECKING:
    from bntui.report.measured import Report


def report(
    context: typer.Context,
    run: Annotated[
        list[str] | None,
        typer.Argument(metavar="RUN…", help="Runs; those that differ only in their seed are shown together."),
    ] = None,
    sweep: Annotated[str, typer.Option("--sweep", metavar="NAME", help="Report on a sweep.", show_default=False)] = "",
    out: Annotated[
        Path | None, typer.Option(help="The file to write.", show_default="the run's id, or the sweep's name, .html")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
    runs_dir: RunsDirOption = None,
) -> int:
    """Write a report of runs, or of a sweep, as one HTML file that opens in any browser, also without a network."""
    if bool(run) == bool(sweep):
        raise UserError("give runs, or --sweep NAME")
    from bntui.report.bokeh_page import check_available
    from bntui.report.save import default_name, save_report

    check_available()
    measured = _of_sweep(sweep, runs_folder(context, runs_dir)) if sweep else _of_runs(context, run or [], runs_dir)
    path = out or Path(default_name(measured))
    check_replaceable(path, force)
    save_report(measured, path)
    show(f"report: {path} ({path.stat().st_size / 1e6:.1f} MB)")
    return 0


def check_replaceable(path: Path, force: bool) -> None:
    """Ask whether a file that exists is to be replaced. Raises UserError without a terminal, and for a wrong target."""
    from bntui.run.exports.target import check_target

    if str(path) == "-":
        raise UserError("--out -: a report is a file; give its path")
    check_target(path, "--out")
    if force or not path.is_file():
        return
    if not sys.stdin.isatty():
        raise UserError(f"--out {path}: exists; replace it with --force")
    typer.confirm(printable(f"Replace {path}?"), abort=True)


def _of_runs(context: typer.Context, names: list[str], runs_dir: Path | None) -> Report:
    from bntui.report.measured import read

    return read([run_folder(context, name, runs_dir) for name in names])


def _of_sweep(name: str, runs_dir: Path) -> Report:
    from bntui.report.measured import read_sweep
    from bntui.sweep import sweep_folder

    return read_sweep(sweep_folder.load(name, runs_dir))
