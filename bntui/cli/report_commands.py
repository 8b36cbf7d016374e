"""The command that writes a report about runs, or about a sweep: one HTML file, or figures and tables for a paper."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bntui.cli.completions import run_names, sweep_names
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
        typer.Argument(
            metavar="RUN…",
            autocompletion=run_names,
            help="Runs; those that differ only in their seed are shown together.",
        ),
    ] = None,
    sweep: Annotated[
        str,
        typer.Option(
            "--sweep", metavar="NAME", autocompletion=sweep_names, help="Report on a sweep.", show_default=False
        ),
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="The file to write.", show_default="the run's id, or the sweep's name, .html")
    ] = None,
    paper: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write figures (PDF, SVG) and tables (LaTeX) for a paper, and no page."),
    ] = None,
    venue: Annotated[
        str, typer.Option(help="Whose column width and font sizes --paper has.", show_default="neurips2024")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist.")] = False,
    runs_dir: RunsDirOption = None,
) -> int:
    """Write a report of runs, or of a sweep, as one HTML file that opens in any browser, also without a network."""
    if bool(run) == bool(sweep):
        raise UserError("give runs, or --sweep NAME")
    if venue and paper is None:
        raise UserError("--venue is for papers; add --paper DIR")
    if paper is not None and out is not None:
        raise UserError("--paper writes no page, so that --out has no effect; run the command once for each")
    _check_libraries(paper, venue)
    measured = _of_sweep(sweep, runs_folder(context, runs_dir)) if sweep else _of_runs(context, run or [], runs_dir)
    show(_page(measured, out, force) if paper is None else _paper(measured, paper, venue, force))
    return 0


def _check_libraries(paper: Path | None, venue: str) -> None:
    """Raise UserError where a library is missing, before anything is read; and for an unknown venue."""
    if paper is None:
        from bntui.report.bokeh_page import check_available

        check_available()
    else:
        from bntui.report.paper import VENUE, check

        check(paper, venue or VENUE)


def _page(measured: Report, out: Path | None, force: bool) -> str:
    """Write the page, and return what to say."""
    from bntui.report.save import default_name, save_report

    path = out or Path(default_name(measured))
    check_replaceable(path, force)
    save_report(measured, path)
    return f"report: {path} ({path.stat().st_size / 1e6:.1f} MB)"


def _paper(measured: Report, folder: Path, venue: str, force: bool) -> str:
    """Write the files of a paper, and return what to say."""
    from bntui.headless.export_bar import export_bar
    from bntui.report.paper import VENUE, figure_stems, present, write_paper

    venue = venue or VENUE
    names = present(measured, folder, venue)
    if names:
        what = names[0] + (f" and {len(names) - 1} more files" if names[1:] else "")
        _ask(f"--paper {folder}: {what} exist{'' if names[1:] else 's'}", f"Replace {what} in {folder}?", force)
    with export_bar(len(figure_stems(measured, venue)), "drawing") as drawn:
        files = write_paper(measured, folder, venue, drawn)
    return f"paper: {len(files)} files in {folder}; figures.tex, claims.tex and final.tex say how to use them"


def check_replaceable(path: Path, force: bool, option: str = "--out") -> None:
    """Ask whether a file that exists is to be replaced. Raises UserError without a terminal, and for a wrong target."""
    from bntui.run.exports.target import check_target

    if str(path) == "-":
        raise UserError("--out -: a report is a file; give its path")
    check_target(path, option)
    if path.is_file():
        _ask(f"{option} {path}: exists", f"Replace {path}?", force)


def _ask(found: str, question: str, force: bool) -> None:
    """Ask whether what was found is to be replaced, unless told so. Raises UserError without a terminal."""
    if force:
        return
    if not sys.stdin.isatty():
        raise UserError(f"{found}; replace with --force")
    typer.confirm(printable(question), abort=True)


def _of_runs(context: typer.Context, names: list[str], runs_dir: Path | None) -> Report:
    from bntui.report.measured import read

    return read([run_folder(context, name, runs_dir) for name in names])


def _of_sweep(name: str, runs_dir: Path) -> Report:
    from bntui.report.measured import read_sweep
    from bntui.sweep import sweep_folder

    return read_sweep(sweep_folder.load(name, runs_dir))
