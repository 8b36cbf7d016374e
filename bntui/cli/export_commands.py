"""The command that writes a run's measurements to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bntui.cli.options import RunArgument, RunsDirOption, run_folder
from bntui.printable_text import excerpt
from bntui.records import UserError
from bntui.run.exports.formats import FORMATS, export
from bntui.run.exports.target import check_target

_FORMATS_HELP = "; ".join(f"{name}: {form.description}" for name, form in FORMATS.items()) + "."


def export_run(
    context: typer.Context,
    run: RunArgument,
    form: Annotated[str, typer.Option("--format", help=_FORMATS_HELP)] = "long",
    csv: Annotated[Path, typer.Option(help="The file to write; '-' for standard output.")] = Path("-"),
    first: Annotated[int, typer.Option("--from", metavar="STEP", min=0, help="The first step.")] = 0,
    last: Annotated[
        int | None, typer.Option("--to", metavar="STEP", min=0, help="The last step.", show_default="all")
    ] = None,
    runs_dir: RunsDirOption = None,
) -> int:
    """Write a run's CSV; the run may be finished, interrupted, or still training."""
    from bntui.run.storage.reader import RunReader

    if form not in FORMATS:
        raise UserError(f"--format {excerpt(form)}: choose from {', '.join(FORMATS)}")
    check_target(csv)
    with RunReader(run_folder(context, run, runs_dir)) as reader:
        until = max(first, reader.spec.steps) if last is None else last
        export(reader, csv, form, (first, until) if first or last is not None else None)
    return 0
