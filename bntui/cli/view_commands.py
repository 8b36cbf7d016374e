"""The commands that show runs on the dashboard without training one: attach, replay, compare."""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING, Annotated

import typer

from bntui.cli.completions import run_names, sweep_names
from bntui.cli.options import (
    WHICH_RUN,
    ColorsOption,
    LowBandwidthOption,
    MarkersOption,
    RunArgument,
    RunsDirOption,
    display_overrides,
    run_folder,
    runs_folder,
)
from bntui.printable_text import excerpt
from bntui.records import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from bntui.run.sources.protocol import RunSource
    from bntui.tui.app import DashboardApp
    from bntui.tui.terminal.capabilities import DisplayOverrides


def attach(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help=WHICH_RUN, autocompletion=run_names)] = "last",
    colors: ColorsOption = None,
    markers: MarkersOption = None,
    low_bandwidth: LowBandwidthOption = None,
    runs_dir: RunsDirOption = None,
) -> int:
    """Show a run of another process, or a finished one; quitting does not stop it."""
    from bntui.run.sources.attached import AttachedRun

    return _show(AttachedRun(run_folder(context, run, runs_dir)), context, runs_dir)


def replay(
    context: typer.Context,
    run: RunArgument,
    speed: Annotated[float | None, typer.Option(metavar="X", help="Replay at X times the speed of training.")] = None,
    colors: ColorsOption = None,
    markers: MarkersOption = None,
    low_bandwidth: LowBandwidthOption = None,
    runs_dir: RunsDirOption = None,
) -> int:
    """Show a finished run, at once or replayed."""
    from bntui.run.sources.replay import replay as open_replay

    return _show(open_replay(run_folder(context, run, runs_dir), speed), context, runs_dir)


def compare(
    context: typer.Context,
    run: Annotated[
        list[str] | None,
        typer.Argument(metavar="RUN RUN…", autocompletion=run_names, help="Runs, as for the other commands."),
    ] = None,
    sweep: Annotated[
        str | None,
        typer.Option(metavar="NAME", autocompletion=sweep_names, help="All points of a sweep that have a measurement."),
    ] = None,
    colors: ColorsOption = None,
    markers: MarkersOption = None,
    low_bandwidth: LowBandwidthOption = None,
    runs_dir: RunsDirOption = None,
) -> int:
    """Show two or more runs in the same charts, means over seeds, also while they train."""
    from bntui.run.sources.comparison import ComparedRuns

    folders = [run_folder(context, name, runs_dir) for name in run or ()]
    if sweep is not None:
        from bntui.sweep.progress import measured_runs
        from bntui.sweep.sweep_folder import load

        folders += measured_runs(load(sweep, runs_folder(context, runs_dir)))
    return _show(ComparedRuns(folders), context, runs_dir)


def run_app(app: DashboardApp, display: DisplayOverrides, without_terminal: str) -> int:
    """Run the dashboard and return its exit status; training that outlives its terminal is waited for.

    Raises UserError for a user's mistake, and without a terminal; `without_terminal` tells what to do then.
    """
    from bntui.tui.terminal.settings import SettingsFile, default_path

    _check_terminal(without_terminal)
    app.apply_settings(SettingsFile(default_path()), display)
    with app.signals.handled():
        try:
            app.run()
            if app.crash:
                _report_crash(app, app.crash)
        except BaseException:
            app.abort()
            raise
        finally:
            app.wait_for_training()
    if app.failure:
        raise UserError(app.failure)
    return app.return_code or 0


def _report_crash(app: DashboardApp, error: Exception) -> None:
    """Tell on standard error why the dashboard ended, with what a developer needs."""
    traceback.print_exception(error)
    if training := app.training:
        print(f"training continues here; watch it with: bntui attach {training.run_id}", file=sys.stderr, flush=True)
    print(f"bntui: the dashboard failed: {excerpt(f'{type(error).__name__}: {error}')}", file=sys.stderr, flush=True)


def _show(source: RunSource, context: typer.Context, runs_dir: Path | None) -> int:
    from bntui.cli.sweep_engines import EngineOptions
    from bntui.cli.sweep_start import SweepStart
    from bntui.tui.app import DashboardApp

    folder = runs_folder(context, runs_dir)
    app = DashboardApp(lambda _: source, source.spec, runs_dir=folder, sweeps=SweepStart(folder, EngineOptions()))
    return run_app(app, display_overrides(context), "use `bntui export` or `bntui claims`")


def missing_terminal() -> str:
    """Return which of standard input and output is not a terminal; '' if both are."""
    # A driver chosen by the environment brings its own input and output, such as the server's pipes.
    if "TEXTUAL_DRIVER" in os.environ:
        return ""
    files = (("input", sys.__stdin__), ("output", sys.__stdout__))
    return next((name for name, file in files if file is None or file.closed or not file.isatty()), "")


def _check_terminal(advice: str) -> None:
    if missing := missing_terminal():
        raise UserError(f"standard {missing} is not a terminal, which the dashboard needs; {advice}")
