"""The command that checks the papers' claims: on runs, on a sweep, or how many more seeds a sweep needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bntui.cli.completions import run_names, sweep_names
from bntui.cli.options import RunsDirOption, run_folder, runs_folder
from bntui.cli.output import show
from bntui.json_text import json_text
from bntui.records import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from bntui.sweep.progress import PointState
    from bntui.sweep.sweep_folder import Sweep


_FAMILIES = "The claims at each setting, below, are a family of their own: each of the two is held to 5 %."


def claims(
    context: typer.Context,
    run: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RUN…",
            autocompletion=run_names,
            help="Runs; those that differ only in their seed count as one group.",
        ),
    ] = None,
    sweep: Annotated[
        str,
        typer.Option(
            "--sweep",
            metavar="NAME",
            autocompletion=sweep_names,
            help="Check at each setting of a sweep.",
            show_default=False,
        ),
    ] = "",
    plan: Annotated[
        str,
        typer.Option(
            "--plan",
            metavar="NAME",
            autocompletion=sweep_names,
            help="Tell how many more seeds a sweep needs.",
            show_default=False,
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    runs_dir: RunsDirOption = None,
) -> int:
    """Check the papers' claims against the measurements of runs: effect, interval and, from three seeds, verdict."""
    if sum(map(bool, (run, sweep, plan))) != 1:
        raise UserError("give runs, or --sweep NAME, or --plan NAME")
    if run:
        show(_of_runs([run_folder(context, name, runs_dir) for name in run], as_json))
    else:
        report = _of_sweep if sweep else _plan
        show(report(_sweep(sweep or plan, runs_folder(context, runs_dir)), as_json))
    return 0


def _of_runs(folders: list[Path], as_json: bool) -> str:
    from bntui.claims import gathered, json_report, text_report

    runs = gathered.of_runs(folders)
    results = runs.check()
    if as_json:
        return json_text(json_report.entries(results))
    return text_report.text(runs.groups, results, text_report.lead(results, runs.command))


def _sweep(name: str, runs_dir: Path) -> Sweep:
    from bntui.sweep import sweep_folder

    return sweep_folder.load(name, runs_dir)


def _states(sweep: Sweep) -> tuple[PointState, ...]:
    from bntui.sweep.progress import SweepProgress

    return SweepProgress(sweep).read()


def _of_sweep(sweep: Sweep, as_json: bool) -> str:
    """Return the claims at each setting, and those over the whole grid."""
    from bntui.claims import gathered, grid_report, json_report, text_report
    from bntui.claims.check_grid import check_sweep
    from bntui.claims.more_seeds import SEEDS, extension, seeds_text

    states = _states(sweep)
    runs, over_grid = gathered.of_sweep(sweep.name, states), check_sweep(states)
    results = runs.check()
    if as_json:
        claims, grid = json_report.entries(results), grid_report.entries(over_grid)
        return json_text({"sweep": sweep.name, "claims": claims, "grid": grid})
    command = extension(sweep, seeds_text(sweep.grid.seeds, SEEDS))
    lead = text_report.unfinished(sweep.name, runs.to_come) or text_report.lead(results, command)
    of_settings = text_report.text(runs.groups, results, lead)
    if not over_grid:
        return of_settings
    return "\n\n".join([grid_report.text(over_grid), _FAMILIES, of_settings])


def _plan(sweep: Sweep, as_json: bool) -> str:
    """Return how many more seeds each claim needs, and the command that trains them."""
    from bntui.claims import gathered, json_report, plan_report
    from bntui.claims.power import plan

    plans = plan(gathered.of_sweep(sweep.name, _states(sweep)).groups)
    if not as_json:
        return plan_report.plan_text(plans, sweep)
    command = plan_report.plan_command(plans, sweep)
    return json_text({"sweep": sweep.name, "command": command, "plans": json_report.plan_entries(plans)})
