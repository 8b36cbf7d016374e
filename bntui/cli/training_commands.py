"""The command `bntui` itself: trains on the dashboard, or without a screen."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bntui import __version__
from bntui.cli.completions import preset_names
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
    typed_session,
)
from bntui.cli.view_commands import run_app
from bntui.lossy_file import discard
from bntui.printable_text import printable
from bntui.records import UserError
from bntui.user_paths import expanded

if TYPE_CHECKING:
    from bntui.run.sources.live import LiveRun
    from bntui.run.sources.protocol import RunSource
    from bntui.run.sources.resumed import ResumedRun
    from bntui.spec import ExperimentSpec
    from bntui.tui.terminal.capabilities import DisplayOverrides

FIRST_PRESET = "noisy"
"""The preset listed first on the start page."""


KEY_OPTIONS = ("dataset", "device", "steps", "seed", "batch_size", "lr")
"""Options that override a key of the preset."""


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"bntui {__version__}")
        raise typer.Exit


def train(
    context: typer.Context,
    preset: Annotated[
        str | None, typer.Option(help="A preset's name, or a TOML file.", autocompletion=preset_names)
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Train without a screen.")] = False,
    csv: Annotated[Path | None, typer.Option(help="Write the run's long CSV when it ends ('-': to stdout).")] = None,
    dataset: Annotated[
        str | None, typer.Option(help="digits, mnist, fashion-mnist, kmnist, cifar10, folder:PATH or gaussian.")
    ] = None,
    data_dir: DataDirOption = None,
    device: Annotated[
        str | None, typer.Option(help="auto, cpu, cuda, cuda:N or mps; or several, comma-separated.")
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Optimizer updates of every variant.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of initial weights, data order and noise.")] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Samples per step.")] = None,
    override: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Override any key of the preset.")
    ] = None,
    exit_on_hangup: ExitOnHangupOption = False,
    share: Annotated[bool, typer.Option("--share", help="Let all users of this machine read the run.")] = False,
    with_host: WithHostOption = False,
    on_end: OnEndOption = None,
    colors: ColorsOption = None,
    markers: MarkersOption = None,
    low_bandwidth: LowBandwidthOption = None,
    runs_dir: RunsDirOption = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> int:
    """See why Batch Normalization works: train networks side by side and watch what differs, live.

    `bntui --preset noisy` opens the dashboard and trains; `bntui` alone lets you choose a preset.
    """
    context.obj = runs_dir
    if context.invoked_subcommand:
        return 0
    if headless and preset is None:
        raise UserError("--headless needs --preset NAME; `bntui presets` lists them")
    display = display_overrides(context)
    check_writable(csv, folder := runs_folder(context, runs_dir))
    training = Training(folder, data_dir, preset, overrides_of(context.params), not headless, share, with_host, on_end)
    status, source = (
        _headless(training, csv, exit_on_hangup) if headless else _dashboard(training, exit_on_hangup, display)
    )
    if source:
        print_outcome(source, csv, folder)
    return status


def overrides_of(options: Mapping[str, Any]) -> list[str]:
    """Return `--set` and the options that stand for a preset's key as KEY=VALUE; options come last and win."""
    from bntui.overrides import override_texts

    given = {name: options[name] for name in KEY_OPTIONS if options[name] is not None}
    return [*(options["override"] or []), *override_texts(given)]


def check_writable(csv: Path | None, runs_dir: Path) -> None:
    """Raise UserError if the CSV or the runs could not be written."""
    from bntui.run.exports.target import check_target
    from bntui.run.storage import folders

    if csv:
        check_target(csv)
    folders.check_writable(runs_dir)


@dataclass(frozen=True)
class Training:
    """The options of one training command; `fall_back` and `share` as in `LiveRun`."""

    runs_dir: Path
    data_dir: Path | None = None
    preset: str | None = None
    overrides: Sequence[str] = ()
    fall_back: bool = True
    share: bool = False
    with_host: bool = False
    on_end: str | None = None

    def spec(self) -> ExperimentSpec | None:
        """Return the chosen preset's spec, or None if none was chosen. Raises UserError."""
        from bntui import data
        from bntui.overrides import load_experiment

        if self.preset is None:
            return None
        spec = load_experiment(self.preset, self.overrides)
        data.check_name(spec.dataset)
        return spec

    def open(self, spec: ExperimentSpec, title: str = "") -> LiveRun:
        """Return a run of this spec, not yet begun, with a title."""
        from bntui.overrides import overridden
        from bntui.run.sources.live import LiveRun

        keep_steps = overridden("steps", self.overrides)
        return LiveRun(
            spec,
            self.runs_dir,
            self.data_dir,
            fall_back=self.fall_back,
            keep_steps=keep_steps,
            share=self.share,
            title=title,
            session=typed_session(self.with_host),
            on_end=self.on_end,
        )

    def resume(self, folder: Path) -> ResumedRun:
        """Return a stored run, not yet resumed. Raises UserError."""
        from bntui.run.sources.resumed import ResumedRun

        return ResumedRun(folder, self.data_dir, session=typed_session(self.with_host), on_end=self.on_end)

    def presets(self) -> list[ExperimentSpec | UserError]:
        """Return every preset with the overrides applied, or the error why it cannot be used."""
        from bntui import spec

        paths = sorted(spec.available().items(), key=lambda item: item[0] != FIRST_PRESET)
        return [self._preset_or_error(str(path)) for _, path in paths]

    def _preset_or_error(self, preset: str) -> ExperimentSpec | UserError:
        from bntui.overrides import load_experiment

        try:
            return load_experiment(preset, self.overrides)
        except UserError as error:
            return error

    def datasets(self) -> dict[str, bool]:
        """Tell for each data set whether it is on this machine."""
        from bntui.data import default_data_dir, present

        return present(expanded(self.data_dir or default_data_dir()))


def _headless(training: Training, csv: Path | None, exit_on_hangup: bool) -> tuple[int, RunSource]:
    spec = training.spec()
    assert spec is not None
    source = training.open(spec)
    return train_headless(source, csv, exit_on_hangup), source


def train_headless(source: RunSource, csv: Path | None, exit_on_hangup: bool) -> int:
    """Train without a screen to the end; return the exit status. Messages leave standard output to a CSV."""
    from rich.console import Console

    from bntui.headless.training_lines import Headless

    console = Console(stderr=str(csv) == "-")
    return Headless(source, console, exit_on_hangup=exit_on_hangup).run()


def _dashboard(training: Training, exit_on_hangup: bool, display: DisplayOverrides) -> tuple[int, RunSource | None]:
    spec = training.spec()

    from bntui.cli.sweep_engines import EngineOptions
    from bntui.cli.sweep_start import SweepStart
    from bntui.cli.tour_commands import open_tour
    from bntui.tui.app import DashboardApp

    options = EngineOptions(data_dir=training.data_dir, with_host=training.with_host)
    app = DashboardApp(
        training.open,
        spec,
        training.presets,
        training.runs_dir,
        training.datasets,
        exit_on_hangup,
        resume_source=training.resume,
        sweeps=SweepStart(training.runs_dir, options, on_end=training.on_end),
        tour=open_tour(training),
    )
    return run_app(app, display, "train without one with --headless --preset NAME"), app.source


def print_outcome(source: RunSource, csv: Path | None, runs_dir: Path) -> None:
    """Write the CSV, and print how the run ended and where its data is."""
    file = sys.stderr if str(csv) == "-" else sys.stdout
    try:
        print(_outcome(source, csv, runs_dir), file=file, flush=True)
    except OSError:
        # Nobody reads it; the exit status still tells how the run ended.
        discard(file)


def _outcome(source: RunSource, csv: Path | None, runs_dir: Path) -> str:
    """Write the CSV, and tell in a line how the run ended and where its data is.

    Raises UserError if the CSV cannot be written; the line then says where the measurements are.
    """
    from bntui.run.storage.ending import reason_of_end
    from bntui.run.storage.folders import default_runs_dir

    if source.folder is None:
        return "stopped before the first step; no run was stored"
    where = "" if runs_dir == default_runs_dir() else f" --runs-dir {runs_dir}"
    status = source.status
    lost = f"; {status.error}" * bool(status.unstored)
    advice = "" if lost else f"; export it with: bntui export {source.run_id}{where} --csv FILE"
    why = reason_of_end(source.spec, source.notices)
    state = f"{status.state} after {status.step} of {source.spec.steps} steps{why}"
    if csv:
        try:
            source.export(csv)
        except UserError as error:
            raise UserError(f"{error}; run {source.run_id} {state}{lost}{advice}") from None
    return printable(f"run {source.run_id} {state}{lost}{f'; CSV in {csv}' if csv else advice}")
