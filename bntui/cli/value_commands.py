"""The command that prints the values of one quantity of a run."""

from __future__ import annotations

from typing import Annotated

import typer

from bntui.cli.options import RunArgument, RunsDirOption, run_folder
from bntui.cli.output import show
from bntui.json_text import json_text
from bntui.text_table import aligned


def values(
    context: typer.Context,
    run: RunArgument,
    quantity: Annotated[str, typer.Argument(metavar="PROBE.NAME", help="The quantity, as in train.loss.")],
    layer: Annotated[str | None, typer.Option(metavar="LAYER", help="Only those of this layer.")] = None,
    variant: Annotated[str | None, typer.Option(metavar="NAME", help="Only those of this variant.")] = None,
    last: Annotated[bool, typer.Option("--last", help="Only the newest of each variant and layer.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; null for what is not finite.")] = False,
    runs_dir: RunsDirOption = None,
) -> int:
    """Print the values of one quantity of a run, also while it trains: step, variant, layer, value."""
    from bntui.run.exports.selected_values import selected
    from bntui.run.exports.stored_run import StoredRun

    found = list(selected(StoredRun(run_folder(context, run, runs_dir)), quantity, layer, variant))
    if last:
        found = list({(each.variant, each.layer): each for each in found}.values())
    if as_json:
        show(json_text([each._asdict() for each in found]))
    else:
        rows = [(str(each.step), each.variant, each.layer, repr(each.value)) for each in found]
        show(aligned([("step", "variant", "layer", "value"), *rows]) if rows else "nothing measured yet")
    return 0
