"""The command that trains a sweep, or goes on with one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bntui.cli.completions import sweepable_names
from bntui.cli.options import (
    ColorsOption,
    DataDirOption,
    ExitOnHangupOption,
    LowBandwidthOption,
    MarkersOption,
    OnEndOption,
    RunsDirOption,
    WithHostOption,
    display_overrides,
    runs_folder,
)
from bntui.cli.output import show
from bntui.cli.sweep_engines import EngineOptions, announce, cores
from bntui.cli.sweep_start import SweepStart
from bntui.cli.training_commands import Training
from bntui.cli.view_commands import missing_terminal, run_app
from bntui.number_format import duration
from bntui.records import State, UserError
from bntui.text_table import aligned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bntui.run.storage.summary import Summary
    from bntui.spec import ExperimentSpec
    from bntui.sweep.plan import Plan, Request
    from bntui.sweep.progress import PointState
    from bntui.sweep.sweep_driver import SweepDriver
    from bntui.sweep.sweep_folder import Sweep
    from bntui.tui.terminal.capabilities import DisplayOverrides

KEY_OPTIONS = ("dataset", "device", "steps", "batch_size", "lr")
"""Options that override a key of the preset."""
_TIMED = 100
"""Settings of which --dry-run takes the time."""
_SHOWN = 40
"""Points that --dry-run prints."""


def run(
    context: typer.Context,
    target: Annotated[
        str,
        typer.Argument(
            metavar="PRESET", autocompletion=sweepable_names, help="A preset, a sweep file, or the name of a sweep."
        ),
    ],
    seeds: Annotated[str | None, typer.Option(help="0:5 (without the 5), or 1,4,9.", show_default="preset's")] = None,
    override: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE,VALUE", help="Sweep a key of the preset; one value overrides it."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="The sweep's name.", show_default="from preset and keys")] = None,
    dataset: Annotated[str | None, typer.Option(help="As for training.")] = None,
    device: Annotated[str | None, typer.Option(help="As for training.")] = None,
    steps: Annotated[int | None, typer.Option(help="Optimizer updates of every variant.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Samples per step.")] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the points and their time; train nothing.")] = False,
    no_start: Annotated[bool, typer.Option("--no-start", help="Store the sweep, for `bntui sweep work`.")] = False,
    jobs: Annotated[int | None, typer.Option(help="Runs at a time.", show_default="as cores or GPUs allow")] = None,
    gpus_per_run: Annotated[float | None, typer.Option(help="1, or 0.5 for two on one.", show_default="1")] = None,
    engine: Annotated[str, typer.Option(help="local or ray.")] = "local",
    address: Annotated[str | None, typer.Option(help="Ray cluster: auto or HOST:PORT.", show_default="here")] = None,
    collect: Annotated[bool, typer.Option("--collect", help="Bring runs back from Ray's other machines.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Train points again that failed.")] = False,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first point that fails.")] = False,
    headless: Annotated[bool, typer.Option("--headless", help="Print lines instead of a screen.")] = False,
    exit_on_hangup: ExitOnHangupOption = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask about a very large grid.")] = False,
    data_dir: DataDirOption = None,
    with_host: WithHostOption = False,
    on_end: OnEndOption = None,
    colors: ColorsOption = None,
    markers: MarkersOption = None,
    low_bandwidth: LowBandwidthOption = None,
    runs_dir: RunsDirOption = None,
) -> int:
    """Train every combination of seeds and values, or go on with a sweep; what is finished is not trained again.

    `run` may be left out: bntui sweep noisy --seeds 0:5 --set optimizer.lr=0.03,0.1,0.3 --name lr
    """
    from bntui.overrides import override_texts
    from bntui.sweep.plan import Request

    options = EngineOptions(engine, jobs, gpus_per_run, address, collect, data_dir, with_host)
    options.check()
    given = {key: context.params[key] for key in KEY_OPTIONS if context.params[key] is not None}
    overrides = (*(override or ()), *override_texts(given))
    plan = _checked_plan(Request(target, runs_folder(context, runs_dir), overrides, seeds, name), yes)
    if dry_run:
        show(_preview(plan.sweep, options))
        return 0
    plan.save()
    if plan.note:
        print(plan.note, file=sys.stderr)
    if no_start:
        show(f"sweep {plan.sweep.name} is stored; to train it: bntui sweep work {plan.sweep.name}")
        return 0
    display = display_overrides(context)
    start = SweepStart(plan.sweep.runs_dir, options, retry_failed, fail_fast, on_end)
    driver = None if plan.sweep.driven else start.drive(plan.sweep)
    announce()
    if headless or missing_terminal():
        status = _print_lines(plan.sweep, driver, exit_on_hangup)
    else:
        status = _show_screen(plan.sweep, driver, start, exit_on_hangup, display)
    _conclude(plan.sweep)
    return status


def _checked_plan(request: Request, yes: bool) -> Plan:
    """Return what is asked for, with all points checked; ask about a very large grid. Raises UserError."""
    from bntui.sweep.plan import planned

    announce("loading torch …")
    from bntui.train import resolve

    plan = planned(request, resolve)
    announce()
    _confirm(plan.sweep, yes)
    announce(f"checking {plan.sweep.grid.count:,} points …")
    plan = plan.checked(resolve)
    announce()
    return plan


def _confirm(sweep: Sweep, yes: bool) -> None:
    """Ask about a very large grid. Raises UserError without a terminal to ask on."""
    from bntui.sweep.plan import MANY

    count = sweep.grid.count
    if count <= MANY or yes:
        return
    if not sys.stdin.isatty():
        raise UserError(f"sweep {sweep.name}: would have {count:,} points; without a terminal, confirm with --yes")
    typer.confirm(f"Sweep {sweep.name} would have {count:,} points; go on?", abort=True)


def _preview(sweep: Sweep, options: EngineOptions) -> str:
    """Return the points, and the time that those will take which are not finished."""
    from bntui.sweep.progress import SweepProgress

    states = SweepProgress(sweep).read()
    rows = [(state.point.label, str(state.point.spec.steps), state.state) for state in states[:_SHOWN]]
    table = aligned([("point", "steps", "state"), *rows])
    more = f"\n… and {len(states) - _SHOWN:,} more" if len(states) > _SHOWN else ""
    left = [state for state in states if state.state != State.FINISHED]
    return f"{table}{more}\n\n{len(states):,} points, {len(left):,} to train{_time(sweep, left, options)}"


def _time(sweep: Sweep, left: Sequence[PointState], options: EngineOptions) -> str:
    """Return the expected time in words, from earlier runs on this machine."""
    from bntui.run.storage.listing import summaries
    from bntui.sweep.sweep_folder import all_sweeps

    if not left:
        return ""
    prefixes = tuple(f"{name}: " for name in all_sweeps(sweep.runs_dir))
    runs = summaries(sweep.runs_dir)
    swept = [run for run in runs if run.title.startswith(prefixes)]
    alone = [run for run in runs if run not in swept]
    # Seeds take the same time; of very many settings some are enough.
    some = list({str(state.point.setting): state.point.spec for state in left}.values())[:_TIMED]
    times = [_seconds(spec, swept, alone, options.jobs or cores()) for spec in some]
    known = [seconds for seconds in times if seconds]
    if not known:
        return "; no earlier run tells how long that takes"
    return f", in {duration(sum(known) / len(known) * len(left))}, from earlier runs"


def _seconds(spec: ExperimentSpec, swept: Sequence[Summary], alone: Sequence[Summary], jobs: int) -> float | None:
    """Return the share of a point in the time of all: runs of sweeps took a core each, runs alone took all cores."""
    from bntui.run.storage.expected_rate import expected_rate

    if rate := expected_rate(spec, swept):
        return spec.steps / rate / jobs
    rate = expected_rate(spec, alone)
    return spec.steps / rate if rate else None


def _print_lines(sweep: Sweep, driver: SweepDriver | None, exit_on_hangup: bool) -> int:
    """Work on the sweep, or watch the process that does, without a screen; return the exit status."""
    from rich.console import Console

    from bntui.headless.sweep_lines import SweepLines

    return SweepLines(sweep, driver, Console(), exit_on_hangup=exit_on_hangup).run()


def _show_screen(
    sweep: Sweep, driver: SweepDriver | None, start: SweepStart, exit_on_hangup: bool, display: DisplayOverrides
) -> int:
    """Work on the sweep, or watch the process that does, with a screen; return the exit status."""
    from bntui.sweep.counts import counted
    from bntui.sweep.outcome_text import outcome_text
    from bntui.sweep.progress import SweepProgress, with_failures
    from bntui.tui.app import DashboardApp

    training = Training(sweep.runs_dir, start.options.data_dir, on_end=start.on_end)
    app = DashboardApp(
        training.open,
        None,
        training.presets,
        sweep.runs_dir,
        training.datasets,
        exit_on_hangup,
        resume_source=training.resume,
        sweeps=start,
        sweep=sweep,
        driver=driver,
    )
    status = run_app(app, display, "use --headless")
    states = with_failures(SweepProgress(sweep).read(), driver.failures if driver else {})
    show(outcome_text(sweep.name, states))
    return status or int(counted(states).failed > 0)


def _conclude(sweep: Sweep) -> None:
    """Print what a sweep shows once nothing waits: the verdicts on its grid, and the picture of its file's metric."""
    from bntui.cli.sweep_plot import draw, verdicts
    from bntui.figures import matplotlib_figure
    from bntui.sweep.counts import counted
    from bntui.sweep.progress import SweepProgress

    states = SweepProgress(sweep).read()
    counts = counted(states)
    if not counts.over or not counts.finished or not sweep.grid.axes:
        return
    metric, name = sweep.grid.metric, sweep.name
    text = [verdicts(states)]
    if metric and matplotlib_figure.available():
        try:
            text.append(draw(name, states, metric, sweep.folder / f"{metric}.png"))
        except (UserError, OSError) as error:
            text.append(f"no picture: {error}")
    else:
        text.append(f"to draw it: bntui sweep plot {name}")
    show("\n" + "\n\n".join(filter(None, text)))
