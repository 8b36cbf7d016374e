"""The command that goes on with a stored run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bntui.cli.options import (
    ColorsOption,
    DataDirOption,
    ExitOnHangupOption,
    LowBandwidthOption,
    MarkersOption,
    OnEndOption,
    RunArgument,
    RunsDirOption,
    WithHostOption,
    display_overrides,
    run_folder,
    typed_session,
)
from bntui.cli.output import show
from bntui.cli.training_commands import check_writable, print_outcome, train_headless
from bntui.cli.view_commands import run_app

if TYPE_CHECKING:
    from bntui.run.sources.resumed import ResumedRun
    from bntui.tui.terminal.capabilities import DisplayOverrides


def resume(
    context: typer.Context,
    run: RunArgument,
    steps: Annotated[
        int | None, typer.Option(help="Steps of the whole run, to extend or shorten it.", show_default="as before")
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Train without a screen.")] = False,
    csv: Annotated[Path | None, typer.Option(help="Write the run's long CSV when it ends ('-': to stdout).")] = None,
    data_dir: DataDirOption = None,
    device: Annotated[str | None, typer.Option(help="Another device.", show_default="as before")] = None,
    exit_on_hangup: ExitOnHangupOption = False,
    with_host: WithHostOption = False,
    on_end: OnEndOption = None,
    colors: ColorsOption = None,
    markers: MarkersOption = None,
    low_bandwidth: LowBandwidthOption = None,
    runs_dir: RunsDirOption = None,
) -> int:
    """Resume an interrupted, stopped or failed run from its last checkpoint, or extend a finished one.

    If another process trains the run, it is asked to continue after a pause.
    """
    folder = run_folder(context, run, runs_dir)
    if _asked_to_continue(folder):
        return 0
    display = display_overrides(context)
    check_writable(csv, folder.parent)

    from bntui.run.sources.resumed import ResumedRun

    source = ResumedRun(folder, data_dir, steps=steps, device=device, session=typed_session(with_host), on_end=on_end)
    status = (
        train_headless(source, csv, exit_on_hangup)
        if headless
        else _dashboard(source, data_dir, exit_on_hangup, on_end, display)
    )
    print_outcome(source, csv, folder.parent)
    return status


def _asked_to_continue(folder: Path) -> bool:
    """Ask the process that trains the run, if one does, to continue after a pause; return whether one does."""
    from bntui.records import State
    from bntui.run.storage import requests
    from bntui.run.storage.reader import RunReader

    with RunReader(folder) as reader:
        if reader.state is not State.TRAINING:
            return False
        show(f"run {reader.run_id} {requests.resume_run(reader)}")
        return True


def _dashboard(
    source: ResumedRun, data_dir: Path | None, exit_on_hangup: bool, on_end: str | None, display: DisplayOverrides
) -> int:
    from bntui.cli.sweep_engines import EngineOptions
    from bntui.cli.sweep_start import SweepStart
    from bntui.tui.app import DashboardApp

    runs_dir = source.folder.parent
    app = DashboardApp(
        lambda _: source,
        source.spec,
        runs_dir=runs_dir,
        exit_on_hangup=exit_on_hangup,
        sweeps=SweepStart(runs_dir, EngineOptions(data_dir=data_dir), on_end=on_end),
    )
    return run_app(app, display, "resume without one with --headless")
