"""The commands on sweeps: train one, show how far it is, stop it, list all, and work on one without a driver."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from bntui.cli.completions import sweep_names
from bntui.cli.options import DataDirOption, RunsDirOption, WithHostOption, runs_folder, typed_command
from bntui.cli.output import show
from bntui.cli.sweep_plot import plot
from bntui.cli.sweep_run import run
from bntui.json_text import json_text
from bntui.printable_text import printable
from bntui.records import UserError
from bntui.text_table import aligned

if TYPE_CHECKING:
    from bntui.sweep.engine import Ended
    from bntui.sweep.progress import PointState
    from bntui.sweep.sweep_folder import Sweep
    from bntui.sweep.worker import Worker


class _RunByDefault(TyperGroup):
    """A group in which `run` may be left out: `sweep noisy --seeds 0:5`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `run` in front of what names no command; show the help where there is nothing."""
        if not args:
            args = ["--help"]
        elif args[0] not in (*self.commands, "--help"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


sweep_app = typer.Typer(
    cls=_RunByDefault,
    rich_markup_mode=None,
    help="Train a preset with several seeds and values, several runs at a time: bntui sweep noisy --seeds 0:5.",
)
sweep_app.command("run")(run)
sweep_app.command("plot")(plot)

SweepArgument = Annotated[str, typer.Argument(metavar="NAME", help="The name of a sweep.", autocompletion=sweep_names)]


@sweep_app.command("show")
def show_sweep(
    context: typer.Context,
    name: SweepArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    runs_dir: RunsDirOption = None,
) -> int:
    """Print each point of a sweep: state, steps, newest training accuracies, run."""
    from bntui.sweep.counts import counted
    from bntui.sweep.progress import SweepProgress

    sweep = _loaded(context, name, runs_dir)
    states = SweepProgress(sweep).read()
    if as_json:
        show(json_text([_plain(state) for state in states]))
        return 0
    head = ("point", "state", "steps", "training accuracy", "diverged", "run", "error")
    head_line = f"sweep {name} of preset {sweep.grid.preset_name}: {counted(states)}"
    show(f"{head_line}\n\n{aligned([head, *map(_row, states)])}")
    return 0


@sweep_app.command("stop")
def stop_sweep(context: typer.Context, name: SweepArgument, runs_dir: RunsDirOption = None) -> int:
    """Stop a sweep that other processes work on: no new points, those under way end after their step."""
    from bntui.sweep.sweep_driver import ask_to_stop
    from bntui.sweep.worker import worked_on

    sweep = _loaded(context, name, runs_dir)
    if not sweep.driven and not worked_on(sweep):
        raise UserError(f"sweep {name}: nobody works on it; to go on with it: bntui sweep {name}")
    ask_to_stop(sweep)
    show(f"sweep {name} is asked to stop: points under way end after their step; to go on: bntui sweep {name}")
    return 0


@sweep_app.command("list")
def list_sweeps(context: typer.Context, runs_dir: RunsDirOption = None) -> int:
    """List the sweeps: name, preset, how many points are finished, failed, under way and waiting, and who drives it."""
    from bntui.sweep.overview import SweepOverview

    folder = runs_folder(context, runs_dir)
    rows = [
        (line.name, line.grid.preset_name, str(line.counts), "driven" if line.driven else "")
        if line.grid
        else (line.name, "", line.error, "")
        for line in reversed(SweepOverview(folder).read())
    ]
    show(aligned([("sweep", "preset", "points", ""), *rows]) if rows else f"no sweeps in {folder}")
    return 0


@sweep_app.command("work")
def work(
    context: typer.Context,
    name: SweepArgument,
    count: Annotated[int | None, typer.Option(min=1, help="End after so many points.", show_default="all")] = None,
    data_dir: DataDirOption = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Also train points that failed.")] = False,
    with_host: WithHostOption = False,
    runs_dir: RunsDirOption = None,
) -> int:
    """Train the next free points of a stored sweep in this process, for example in the tasks of an array job.

    Several such processes, on machines that share the folder of runs, share the points out among them.
    """
    from bntui.sweep.worker import Worker, Workplace

    sweep = _loaded(context, name, runs_dir)
    worker = Worker(Workplace(sweep.runs_dir, data_dir, name, typed_command(), with_host))
    return _Work(sweep, worker, retry_failed).until(count)


class _Work:
    """Works on free points until there are none, or a signal or another process asks for an end."""

    def __init__(self, sweep: Sweep, worker: Worker, retry_failed: bool) -> None:
        self._sweep = sweep
        self._worker = worker
        self._retry_failed = retry_failed
        self._over = threading.Event()
        self._failed = False
        self._signal = 0

    def until(self, count: int | None) -> int:
        """Work on so many points; return the exit status."""
        from bntui.signals import handled
        from bntui.sweep.worker_process import reactions

        watch = threading.Thread(target=self._watch, name="requests", daemon=True)
        watch.start()
        handlers = reactions(self._worker)
        for name in ("SIGINT", "SIGTERM", "SIGQUIT", "SIGXCPU"):
            handlers[name] = self._stop
        with handled(handlers):
            try:
                self._work(count)
            finally:
                self._over.set()
        return 128 + self._signal if self._signal else int(self._failed)

    def _work(self, count: int | None) -> None:
        from bntui.sweep.worker import free_points

        for point in free_points(self._sweep, self._retry_failed):
            ended = self._worker.work_on(point, self._retry_failed)
            if ended.trained:
                self._report(ended)
                count = None if count is None else count - 1
            if count == 0 or self._worker.stopping:
                return

    def _report(self, ended: Ended) -> None:
        from bntui.sweep.engine import Outcome

        self._failed = self._failed or ended.outcome is Outcome.FAILED
        show(f"{ended.point.label}: {ended.outcome}{': ' + ended.error if ended.error else ''}")

    def _stop(self, number: int) -> None:
        if self._signal:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self._signal = number
        self._worker.stop()

    def _watch(self) -> None:
        from bntui.sweep.sweep_driver import StopRequests

        requests = StopRequests(self._sweep)
        while not self._over.wait(1.0):
            if requests.came():
                self._worker.stop()


def _loaded(context: typer.Context, name: str, runs_dir: Path | None) -> Sweep:
    from bntui.sweep import sweep_folder

    return sweep_folder.load(name, runs_folder(context, runs_dir))


def _row(state: PointState) -> tuple[str, ...]:
    run = state.run
    steps = run.steps if run else f"0/{state.point.spec.steps}"
    shown = (run.newest, ", ".join(state.diverged), run.run_id) if run else ("", "", "")
    return (state.point.label, state.state, steps, *shown, printable(state.error))


def _plain(state: PointState) -> dict[str, Any]:
    run = state.run
    return {
        "point": state.point.label,
        "id": state.point.id,
        "setting": dict(state.point.setting),
        "seed": state.point.spec.seed,
        "state": state.state,
        "steps": state.steps,
        "of": state.point.spec.steps,
        "accuracies": run.accuracies if run else {},
        "losses": run.losses if run else {},
        "diverged": dict(run.diverged) if run else {},
        "run": str(run.folder) if run else None,
        "error": state.error or None,
    }
