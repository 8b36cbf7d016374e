"""Options and arguments that several commands share, and the values derived from them."""

from __future__ import annotations

import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bntui.cli.completions import run_names
from bntui.printable_text import excerpt
from bntui.records import UserError
from bntui.user_paths import expanded

if TYPE_CHECKING:
    from bntui.records import Session
    from bntui.tui.terminal.capabilities import DisplayOverrides

Choice = TypeVar("Choice", bound=StrEnum)

WHICH_RUN = "An id, a unique prefix of one, 'last', or a folder."

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help=WHICH_RUN, autocompletion=run_names)]
ColorsOption = Annotated[
    str | None, typer.Option("--colors", help="auto, truecolor, 256, 16 or none.", show_default="detected")
]
MarkersOption = Annotated[
    str | None, typer.Option("--markers", help="auto, braille or ascii.", show_default="detected")
]
LowBandwidthOption = Annotated[
    bool | None,
    typer.Option("--low-bandwidth/--full-bandwidth", help="Redraw less often.", show_default="from the settings"),
]
RunsDirOption = Annotated[
    Path | None,
    typer.Option(
        "--runs-dir",
        envvar="BNTUI_RUNS_DIR",
        help="Folder in which runs are stored.",
        show_default="user's data folder",
    ),
]

DataDirOption = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Folder of data sets, also for downloads.", show_default="user's cache folder"),
]

ExitOnHangupOption = Annotated[bool, typer.Option("--exit-on-hangup", help="Stop training if the terminal disappears.")]

OnEndOption = Annotated[
    str | None,
    typer.Option(
        "--on-end",
        metavar="COMMAND",
        help="Run a command when the run or sweep has ended; BNTUI_STATE is how.",
        show_default=False,
    ),
]

WithHostOption = Annotated[
    bool, typer.Option("--with-host", help="Keep this machine's name in the run's provenance, for reports.")
]


def typed_command() -> str:
    """Return the command line as the user typed it, quoted for a shell."""
    program = ("python", "-m", "bntui") if Path(sys.argv[0]).name == "__main__.py" else ("bntui",)
    return shlex.join((*program, *sys.argv[1:]))


def typed_session(with_host: bool) -> Session:
    """Return what the command knows of this process, in which a run is to be trained."""
    from bntui.run.storage import machine

    return machine.session(typed_command(), with_host)


def runs_folder(context: typer.Context, runs_dir: Path | None) -> Path:
    """Return the runs folder given after the command, else before it, else in the environment, else the default."""
    from bntui.run.storage.folders import default_runs_dir

    after = context.get_parameter_source("runs_dir")
    given = runs_dir if after is not None and after.name == "COMMANDLINE" else context.obj or runs_dir
    return expanded(given) if given else default_runs_dir()


def run_folder(context: typer.Context, run: str, runs_dir: Path | None, least_prefix: int = 1) -> Path:
    """Return the folder of the run that the user names. Raises UserError unless exactly one matches."""
    from bntui.run.storage import folders

    return folders.find(run, runs_folder(context, runs_dir), least_prefix)


def display_overrides(context: typer.Context) -> DisplayOverrides:
    """Return the display options given after the command, else before it. Raises UserError for an unknown value."""
    from bntui.tui.terminal.capabilities import Colors, DisplayOverrides, Markers

    def option(name: str) -> Any:
        contexts = (context, context.find_root())
        return next((level.params[name] for level in contexts if level.params.get(name) is not None), None)

    return DisplayOverrides(
        _choice(Colors, "--colors", option("colors")),
        _choice(Markers, "--markers", option("markers")),
        option("low_bandwidth"),
    )


def _choice(kind: type[Choice], name: str, value: str | None) -> Choice | None:
    if value is None or value in list(kind):
        return kind(value) if value else None
    raise UserError(f"{name} {excerpt(value)}: choose from {', '.join(kind)}")
