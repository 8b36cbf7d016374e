"""The command line: wires the parts, and imports torch and textual only where they are needed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bntui import __version__
from bntui.records import UserError

if TYPE_CHECKING:
    from bntui.run.sources.protocol import RunSource
    from bntui.spec import ExperimentSpec
    from bntui.tui.app import DashboardApp
    from bntui.tui.terminal.capabilities import DisplayOverrides

Chosen = TypeVar("Chosen", bound=StrEnum)

FIRST_PRESET = "noisy"
SERVED = ("attach", "replay", "compare")
WHICH_RUN = "An id, a unique prefix of one, 'last', or a folder."

# Of the errors for wrong usage Typer exports one, not the class they share.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
presets_app = typer.Typer(help="List the presets, or show one.", rich_markup_mode=None)
app.add_typer(presets_app, name="presets")

ColorsOption = Annotated[
    str | None, typer.Option("--colors", help="auto, truecolor, 256, 16 or none.", show_default="as the terminal says")
]
MarkersOption = Annotated[
    str | None, typer.Option("--markers", help="auto, braille or ascii.", show_default="as the terminal says")
]
LowBandwidth = Annotated[
    bool | None,
    typer.Option("--low-bandwidth/--full-bandwidth", help="Redraw seldom.", show_default="as the settings say"),
]
RunsDir = Annotated[
    Path | None,
    typer.Option("--runs-dir", envvar="BNTUI_RUNS_DIR", help="Where runs are kept.", show_default="user's data folder"),
]


def main() -> None:
    """The command `bntui`: a mistake of the user's is one line on standard error and exit status 2."""
    sys.exit(_run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:

    try:
        return _status(app(arguments, prog_name="bntui", standalone_mode=False))
    except UserError as error:
        return _complain(str(error))
    except UsageError as error:
        return _complain(error.format_message() if isinstance(error, typer.BadParameter) else str(error))
    except typer.Exit as leaving:
        return leaving.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:
        # Whoever read standard output has left; Python must not fail to flush it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _status(result: object) -> int:
    return result if isinstance(result, int) else 0


def _complain(message: str) -> int:
    print(f"bntui: {message}", file=sys.stderr)
    return 2


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"bntui {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def train(
    context: typer.Context,
    preset: Annotated[str | None, typer.Option(help="A preset's name, or a TOML file.")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Train without a screen.")] = False,
    csv: Annotated[Path | None, typer.Option(help="Write the run's long CSV when it ends ('-': to stdout).")] = None,
    dataset: Annotated[
        str | None, typer.Option(help="digits, mnist, fashion-mnist, kmnist, cifar10, folder:PATH or gaussian.")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where data sets are, or go.", show_default="user's cache folder")
    ] = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu, cuda, cuda:N or mps; several with commas.")] = None,
    steps: Annotated[int | None, typer.Option(help="Optimizer updates of every variant.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of weights, order and noise.")] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Samples a step.")] = None,
    override: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Any other key of the preset.")
    ] = None,
    exit_on_hangup: Annotated[
        bool, typer.Option("--exit-on-hangup", help="End the run when the terminal goes away.")
    ] = False,
    colors: ColorsOption = None,
    markers: MarkersOption = None,
    low_bandwidth: LowBandwidth = None,
    runs_dir: RunsDir = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_say_version, is_eager=True)
    ] = False,
) -> int:
    """See why Batch Normalization works: train networks side by side and watch what differs, live.

    `bntui --preset noisy` opens the dashboard and trains; `bntui` alone lets you choose a preset.
    """
    context.obj = runs_dir
    if context.invoked_subcommand:
        return 0
    return _train(
        preset,
        _overrides(context.params),
        _runs(runs_dir),
        data_dir,
        csv,
        headless=headless,
        exit_on_hangup=exit_on_hangup,
        given=_given(context),
    )


def _overrides(options: Mapping[str, Any]) -> list[str]:
    """Options that stand for a key of the preset, as `--set` would say them; they win over it."""
    keys = {name: name for name in ("dataset", "device", "steps", "seed", "batch_size")} | {"lr": "optimizer.lr"}
    given = [f"{key}={_toml(options[name])}" for name, key in keys.items() if options[name] is not None]
    return [*(options["override"] or []), *given]


def _names(key: str, overrides: Sequence[str]) -> bool:
    return any(override.partition("=")[0].strip() == key for override in overrides)


def _toml(value: str | float) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _runs(*given: Path | None) -> Path:
    from bntui.run.storage.folders import default_runs_dir

    return next((path.expanduser() for path in given if path), None) or default_runs_dir()


def _train(
    preset: str | None,
    overrides: list[str],
    runs_dir: Path,
    data_dir: Path | None,
    csv: Path | None,
    *,
    headless: bool,
    exit_on_hangup: bool,
    given: DisplayOverrides,
) -> int:
    from bntui import data
    from bntui.run.sources.live import LiveRun
    from bntui.run.storage import csv_export, folders

    if headless and preset is None:
        raise UserError("--headless needs --preset NAME; `bntui presets` lists them")
    if csv:
        csv_export.check_target(csv)
    folders.check_writable(runs_dir)
    chosen = _load(preset, overrides) if preset else None
    if chosen:
        data.check_name(chosen.dataset)

    def open_source(wanted: ExperimentSpec) -> LiveRun:
        return LiveRun(wanted, runs_dir, data_dir, fall_back=not headless, keep_steps=_names("steps", overrides))

    source: RunSource | None
    if headless and chosen:
        source = live = open_source(chosen)
        status = _headless(live, quiet=str(csv) == "-")
    else:
        status, source = _dashboard(open_source, chosen, overrides, runs_dir, data_dir, exit_on_hangup, given)
    if source and source.folder:
        _say_farewell(source, csv, runs_dir)
    return status


def _load(preset: str, overrides: list[str]) -> ExperimentSpec:
    from bntui import spec

    loaded = spec.load(preset, overrides)
    fixed = all(variant.lr for variant in loaded.variants)
    if fixed and _names("optimizer.lr", overrides):
        example = loaded.variants[0].name
        raise UserError(f"preset {preset}: every variant has its own lr; use --set variants.{example}.lr=X")
    return loaded


def _headless(source: RunSource, *, quiet: bool) -> int:
    from rich.console import Console

    from bntui.headless import Headless

    return Headless(source, Console(stderr=quiet)).run()


def _dashboard(
    open_source: Callable[[ExperimentSpec], RunSource],
    chosen: ExperimentSpec | None,
    overrides: list[str],
    runs_dir: Path,
    data_dir: Path | None,
    exit_on_hangup: bool,
    given: DisplayOverrides,
) -> tuple[int, RunSource | None]:
    from bntui import spec
    from bntui.data import default_data_dir
    from bntui.data.present import present
    from bntui.tui.app import DashboardApp

    def presets() -> list[ExperimentSpec | UserError]:
        # The one to begin with is at hand first.
        names = sorted(spec.available().items(), key=lambda item: item[0] != FIRST_PRESET)
        return [_loaded_or_why(str(path), overrides) for _, path in names]

    def datasets() -> dict[str, bool]:
        return present((data_dir or default_data_dir()).expanduser())

    app = DashboardApp(open_source, chosen, presets, runs_dir, datasets, exit_on_hangup)
    return _shown(app, given), app.source


def _look_at(source: RunSource, runs_dir: Path, given: DisplayOverrides) -> int:
    from bntui.tui.app import DashboardApp

    return _shown(DashboardApp(lambda _: source, source.spec, runs_dir=runs_dir), given)


def _shown(app: DashboardApp, given: DisplayOverrides) -> int:
    """Run the app to its end; its exit status. Raises UserError where that was a mistake of the user's."""
    from bntui.tui.terminal.settings import SettingsFile, default_path

    app.adopt(SettingsFile(default_path()), given)
    app.run()
    if app.failure:
        raise UserError(app.failure)
    return app.return_code or 0


def _given(context: typer.Context) -> DisplayOverrides:
    """How the screen shall look, as the command's options say, or those before the command."""
    from bntui.tui.terminal.capabilities import Colors, DisplayOverrides, Markers

    def option(name: str) -> Any:
        contexts = (context, context.find_root())
        return next((each.params[name] for each in contexts if each.params.get(name) is not None), None)

    return DisplayOverrides(
        _one_of(Colors, "--colors", option("colors")),
        _one_of(Markers, "--markers", option("markers")),
        option("low_bandwidth"),
    )


def _one_of(kind: type[Chosen], name: str, value: str | None) -> Chosen | None:
    if value is None or value in list(kind):
        return kind(value) if value else None
    raise UserError(f"{name} {value}: there is {', '.join(kind)}")


def _loaded_or_why(preset: str, overrides: list[str]) -> ExperimentSpec | UserError:
    try:
        return _load(preset, overrides)
    except UserError as error:
        return error


def _say_farewell(source: RunSource, csv: Path | None, runs_dir: Path) -> None:
    from bntui.run.storage.folders import default_runs_dir

    if csv:
        source.export(csv)
    where = "" if runs_dir == default_runs_dir() else f" --runs-dir {runs_dir}"
    advice = f"export it with: bntui export {source.run_id}{where} --csv FILE"
    state = f"{source.status.state} after {source.status.step} of {source.spec.steps} steps"
    print(
        f"run {source.run_id} {state}; {f'CSV in {csv}' if csv else advice}",
        file=sys.stderr if str(csv) == "-" else sys.stdout,
    )


@presets_app.callback(invoke_without_command=True)
def presets(context: typer.Context) -> int:
    """List the presets with one line each."""
    if context.invoked_subcommand:
        return 0
    from bntui import spec

    names = spec.available()
    width = max(map(len, names), default=0)
    for name, path in names.items():
        try:
            line = spec.load(str(path)).title
        except UserError as error:
            line = f"! {error}"
        print(f"{name:{width}}  {line}")
    return 0


@presets_app.command("show")
def show_preset(name: Annotated[str, typer.Argument(help="A preset's name, or a TOML file.")]) -> int:
    """Print a preset as it will be run: every key, with what is filled in."""
    from bntui import spec
    from bntui.train import resolve

    print(resolve(spec.load(name)).toml(), end="")
    return 0


@app.command()
def runs(
    context: typer.Context,
    only: Annotated[str, typer.Option("--filter", metavar="TEXT", help="Only runs in which these words occur.")] = "",
    runs_dir: RunsDir = None,
) -> int:
    """List the runs: id, title, preset, data set, device, steps, state, newest training accuracies, note."""
    from bntui.run.storage.listing import summaries

    folder = _runs(runs_dir, context.obj)
    rows = [("run", "title", "preset", "data set", "device", "steps", "state", "training accuracy", "note")]
    for one in summaries(folder):
        if one.matches(only):
            about = (one.run_id, one.title, one.preset, one.dataset, one.device, one.steps, one.state)
            rows.append((*about, one.accuracy, one.note))
    if len(rows) == 1:
        print(f"no runs in {folder}" + (f" with '{only}'" if only else ""))
        return 0
    # What no run has, as a title, takes no room.
    widths = [max(map(len, column)) if any(column[1:]) else 0 for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True) if width).rstrip())
    return 0


@app.command()
def rename(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help=WHICH_RUN)],
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What to call it; '' for nothing.")],
    runs_dir: RunsDir = None,
) -> int:
    """Give a run a title, also while it trains; its id stays."""
    from bntui.run.storage import folders, metadata

    metadata.rename(folders.find(run, _runs(runs_dir, context.obj)), title)
    return 0


@app.command()
def note(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help=WHICH_RUN)],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to remember of it; '' for nothing.")],
    runs_dir: RunsDir = None,
) -> int:
    """Keep a note with a run, also while it trains."""
    from bntui.run.storage import folders, metadata

    metadata.note(folders.find(run, _runs(runs_dir, context.obj)), text)
    return 0


@app.command()
def delete(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help=WHICH_RUN)],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    runs_dir: RunsDir = None,
) -> int:
    """Delete a run and its folder; asks first."""
    from bntui.run.storage import folders, metadata

    folder = folders.find(run, _runs(runs_dir, context.obj))
    if not yes and not sys.stdin.isatty():
        raise UserError(f"run {folder.name}: is deleted only with --yes, where nobody can be asked")
    if yes or typer.confirm(f"Delete run {folder.name} and everything in {folder}?"):
        metadata.delete(folder)
        print(f"run {folder.name} is deleted")
    return 0


@app.command("export")
def export_run(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help=WHICH_RUN)],
    form: Annotated[str, typer.Option("--format", help="long (one scalar a row) or wide.")] = "long",
    csv: Annotated[Path, typer.Option(help="The file to write; '-' for standard output.")] = Path("-"),
    first: Annotated[int, typer.Option("--from", metavar="STEP", min=0, help="The first step.")] = 0,
    last: Annotated[
        int | None, typer.Option("--to", metavar="STEP", min=0, help="The last step.", show_default="all")
    ] = None,
    runs_dir: RunsDir = None,
) -> int:
    """Write a run's CSV; the run may be finished, interrupted, or still training."""
    from bntui.run.storage import csv_export, folders
    from bntui.run.storage.reader import RunReader

    if form not in csv_export.FORMATS:
        raise UserError(f"--format {form}: there is {', '.join(csv_export.FORMATS)}")
    csv_export.check_target(csv)
    with RunReader(folders.find(run, _runs(runs_dir, context.obj))) as reader:
        until = max(first, reader.spec.steps) if last is None else last
        csv_export.export(reader, csv, form, (first, until) if first or last is not None else None)
    return 0


@app.command()
def attach(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help=WHICH_RUN)] = "last",
    colors: ColorsOption = None,
    markers: MarkersOption = None,
    low_bandwidth: LowBandwidth = None,
    runs_dir: RunsDir = None,
) -> int:
    """Show a run that another process trains, or one that is over; leaving does not end it."""
    from bntui.run.sources.attached import AttachedRun
    from bntui.run.storage import folders

    where = _runs(runs_dir, context.obj)
    return _look_at(AttachedRun(folders.find(run, where)), where, _given(context))


@app.command()
def replay(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help=WHICH_RUN)],
    speed: Annotated[
        float | None, typer.Option(metavar="X", help="Play it at X times the speed at which it was trained.")
    ] = None,
    colors: ColorsOption = None,
    markers: MarkersOption = None,
    low_bandwidth: LowBandwidth = None,
    runs_dir: RunsDir = None,
) -> int:
    """Show a run that is over: all of it at once, or played."""
    from bntui.run.sources.replay import replay as open_replay
    from bntui.run.storage import folders

    where = _runs(runs_dir, context.obj)
    return _look_at(open_replay(folders.find(run, where), speed), where, _given(context))


@app.command()
def compare(
    context: typer.Context,
    run: Annotated[list[str], typer.Argument(metavar="RUN RUN…", help="Two to six runs, as for the other commands.")],
    colors: ColorsOption = None,
    markers: MarkersOption = None,
    low_bandwidth: LowBandwidth = None,
    runs_dir: RunsDir = None,
) -> int:
    """Show several runs in one picture, each in a colour of its own; also while they train."""
    from bntui.run.sources.comparison import ComparedRuns
    from bntui.run.storage import folders

    where = _runs(runs_dir, context.obj)
    return _look_at(ComparedRuns([folders.find(one, where) for one in run]), where, _given(context))


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to serve on.")] = 8000,
    token: Annotated[
        str | None, typer.Option(help="Serve only to who has it.", show_default="made for addresses others can reach")
    ] = None,
) -> int:
    """Show the dashboard in a browser; takes the options of `bntui` itself, or `attach RUN` and the like."""
    from bntui.serve import serve as serve_on

    _check_served(context.args)
    # Whatever terminal serves it: the page is one that can show everything.
    serve_on(["--colors", "truecolor", "--markers", "braille", *context.args], host, port, token)
    return 0


def _check_served(arguments: list[str]) -> None:
    """Raises for a mistake here, rather than in a browser."""
    if arguments and not arguments[0].startswith("-"):
        if arguments[0] not in SERVED:
            raise UserError(f"serve {arguments[0]}: there is {', '.join(SERVED)}, or options of bntui itself")
        return
    options = typer.main.get_command(app).make_context("bntui", list(arguments)).params
    if options["headless"]:
        raise UserError("--headless: has no screen to serve")
    if options["preset"]:
        _load(options["preset"], _overrides(options))


@app.command()
def stop(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help=WHICH_RUN)],
    runs_dir: RunsDir = None,
) -> int:
    """End a run that another process on this machine trains, after the step under way; nothing is lost."""
    from bntui.run.storage import folders
    from bntui.run.storage.reader import RunReader
    from bntui.run.storage.stop import stop_run

    with RunReader(folders.find(run, _runs(runs_dir, context.obj))) as reader:
        stop_run(reader)
        print(f"run {reader.run_id} ends after the step under way")
    return 0


@app.command()
def claims(
    context: typer.Context,
    run: Annotated[list[str], typer.Argument(metavar="RUN…", help="One run, or several of one preset over seeds.")],
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    runs_dir: RunsDir = None,
) -> int:
    """Check what the papers claim against what runs measured: verdict, effect, interval."""
    from bntui.claims import claims_of
    from bntui.run.storage import folders

    where = _runs(runs_dir, context.obj)
    print(claims_of([folders.find(one, where) for one in run], json=as_json))
    return 0


if __name__ == "__main__":
    main()
