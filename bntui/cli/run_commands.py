"""The commands that list, compare, rename, annotate, delete and stop runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bntui.cli.completions import run_names
from bntui.cli.options import RunArgument, RunsDirOption, run_folder, runs_folder
from bntui.cli.output import show
from bntui.json_text import json_text
from bntui.printable_text import printable
from bntui.records import UserError
from bntui.text_table import aligned

if TYPE_CHECKING:
    from bntui.run.spec_difference import SpecDifferences
    from bntui.run.storage.summary import Summary

runs_app = typer.Typer(help="List the runs, show one, or show how their configurations differ.", rich_markup_mode=None)

HEADER = ("run", "title", "preset", "data set", "device", "seed", "steps", "state", "training accuracy", "note")


@runs_app.callback(invoke_without_command=True)
def runs(
    context: typer.Context,
    only: Annotated[str, typer.Option("--filter", metavar="TEXT", help="Only runs that contain these words.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    runs_dir: RunsDirOption = None,
) -> int:
    """List the runs: id, title, preset, data set, device, seed, steps, state, newest training accuracies, note."""
    folder = runs_folder(context, runs_dir)
    if context.invoked_subcommand:
        context.obj = folder
        return 0
    from bntui.run.storage.listing import summaries

    found = [run for run in summaries(folder) if run.matches(only)]
    if as_json:
        show(json_text([_entry(run) for run in found]))
        return 0
    rows = [
        (
            *(run.run_id, run.title, run.preset, run.dataset, run.device),
            *(run.seed, run.steps, run.outcome, run.newest, run.note),
        )
        for run in found
    ]
    show(aligned([HEADER, *rows]) if rows else f"no runs in {folder}" + (f" with '{only}'" if only else ""))
    return 0


def _entry(run: Summary) -> dict[str, Any]:
    """Return a run for scripts; null where it is not known, as of one that cannot be read."""
    return {
        "run": run.run_id,
        "folder": str(run.folder),
        "title": run.title,
        "note": run.note,
        "preset": run.preset or None,
        "dataset": run.dataset or None,
        "device": run.device or None,
        "seed": run.spec.seed if run.spec else None,
        "state": run.state if run.spec else "unreadable",
        "steps_done": run.progress.steps,
        "steps": run.spec.steps if run.spec else None,
        "diverged": run.diverged,
        "train_accuracy": run.accuracies,
        "train_loss": run.losses,
        "error": (run.error or None) if run.spec else run.state.removeprefix("unreadable: "),
    }


@runs_app.command("diff")
def diff(
    context: typer.Context,
    run: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN RUN…", autocompletion=run_names, help="Two or more runs, as for the other commands."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    runs_dir: RunsDirOption = None,
) -> int:
    """Show in which keys the configurations of runs differ; runs that differ only in the seed share a column."""
    from bntui.run.spec_difference import as_trained, spec_differences
    from bntui.run.storage.reader import RunReader

    folders = list(dict.fromkeys(run_folder(context, name, runs_dir) for name in run))
    if len(folders) < 2:
        raise UserError("give two or more different runs to compare")
    specs = []
    for folder in folders:
        with RunReader(folder) as reader:
            specs.append(as_trained(reader.spec, reader.info))
    names, differences = [folder.name for folder in folders], spec_differences(specs)
    show(_diff_json(differences, names) if as_json else _diff_text(differences, names))
    return 0


def _diff_json(differences: SpecDifferences, runs: Sequence[str]) -> str:
    entries = [{"key": row.key, "values": dict(zip(runs, row.values, strict=True))} for row in differences.keys]
    return json_text(entries)


def _diff_text(differences: SpecDifferences, runs: Sequence[str]) -> str:
    """Return the sentence and the table, whose longer side is the rows."""
    groups = differences.groups
    names = [runs[group[0]] + (f" +{len(group) - 1}" if len(group) > 1 else "") for group in groups]
    if not differences.keys:
        return differences.sentence(names)
    return "\n\n".join([differences.sentence(names), aligned(differences.table(names))])


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
