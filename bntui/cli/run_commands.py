"""The commands that list, rename, annotate, delete and stop runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from bntui.cli.options import RunArgument, RunsDirOption, run_folder, runs_folder
from bntui.cli.output import show
from bntui.printable_text import printable
from bntui.records import UserError

HEADER = ("run", "title", "preset", "data set", "device", "steps", "state", "training accuracy", "note")


def runs(
    context: typer.Context,
    only: Annotated[str, typer.Option("--filter", metavar="TEXT", help="Only runs that contain these words.")] = "",
    runs_dir: RunsDirOption = None,
) -> int:
    """List the runs: id, title, preset, data set, device, steps, state, newest training accuracies, note."""
    from bntui.run.storage.listing import summaries

    folder = runs_folder(context, runs_dir)
    rows = [
        (run.run_id, run.title, run.preset, run.dataset, run.device, run.steps, run.state, run.accuracy, run.note)
        for run in summaries(folder)
        if run.matches(only)
    ]
    show(_table([HEADER, *rows]) if rows else f"no runs in {folder}" + (f" with '{only}'" if only else ""))
    return 0


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    """Align the rows under their header; a column that is empty in every row is left out."""
    rows = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) if any(column[1:]) else 0 for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True) if width).rstrip() for row in rows
    )


def rename(
    context: typer.Context,
    run: RunArgument,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="The title; '' removes it.")],
    runs_dir: RunsDirOption = None,
) -> int:
    """Set the title of a run, also while it trains; its id does not change."""
    from bntui.run.storage import metadata

    metadata.rename(run_folder(context, run, runs_dir), title)
    return 0


def note(
    context: typer.Context,
    run: RunArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The note; '' removes it.")],
    runs_dir: RunsDirOption = None,
) -> int:
    """Set the note of a run, also while it trains."""
    from bntui.run.storage import metadata

    metadata.note(run_folder(context, run, runs_dir), text)
    return 0


def delete(
    context: typer.Context,
    run: RunArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    runs_dir: RunsDirOption = None,
) -> int:
    """Delete a run and its folder, after confirmation."""
    from bntui.run.storage import metadata

    folder = run_folder(context, run, runs_dir, least_prefix=4)
    if not yes and not sys.stdin.isatty():
        raise UserError(f"run {folder.name}: not deleted; without a terminal, confirm with --yes")
    if yes or typer.confirm(printable(f"Delete run {folder.name} and everything in {folder}?")):
        metadata.delete(folder)
        show(f"run {folder.name} is deleted")
    return 0


def stop(context: typer.Context, run: RunArgument, runs_dir: RunsDirOption = None) -> int:
    """Stop a run of another process after the current step; its measurements are kept."""
    from bntui.run.storage.reader import RunReader
    from bntui.run.storage.requests import stop_run

    with RunReader(run_folder(context, run, runs_dir)) as reader:
        show(f"run {reader.run_id} {stop_run(reader)}")
    return 0


def pause(context: typer.Context, run: RunArgument, runs_dir: RunsDirOption = None) -> int:
    """Pause a run that another process trains, before its next step."""
    from bntui.run.storage.reader import RunReader
    from bntui.run.storage.requests import pause_run

    with RunReader(run_folder(context, run, runs_dir)) as reader:
        show(f"run {reader.run_id} {pause_run(reader)}")
    return 0
