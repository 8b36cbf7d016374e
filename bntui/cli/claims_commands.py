"""The command that checks the papers' claims."""

from __future__ import annotations

from typing import Annotated

import typer

from bntui.cli.options import RunsDirOption, run_folder
from bntui.cli.output import show


def claims(
    context: typer.Context,
    run: Annotated[
        list[str], typer.Argument(metavar="RUN…", help="One run, or runs of one preset with different seeds.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    runs_dir: RunsDirOption = None,
) -> int:
    """Check the papers' claims against the measurements of runs: verdict, effect, interval."""
    from bntui.claims.text_report import claims_of

    show(claims_of([run_folder(context, name, runs_dir) for name in run], json=as_json))
    return 0
