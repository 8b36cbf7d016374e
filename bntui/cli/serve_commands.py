"""The command that serves the dashboard to a browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bntui.cli.training_commands import overrides_of
from bntui.records import UserError

SERVED_COMMANDS = ("tour", "attach", "replay", "compare")
MOST_MINUTES = 7 * 24 * 60


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to serve on.")] = 8000,
    token_file: Annotated[
        Path | None,
        typer.Option(help="Take the token from this file.", show_default="BNTUI_TOKEN, else generated"),
    ] = None,
    max_sessions: Annotated[int, typer.Option(min=1, max=64, help="Dashboards at the same time.")] = 4,
    keep: Annotated[
        int, typer.Option(min=0, max=MOST_MINUTES, metavar="MINUTES", help="Keep a dashboard this long without a page.")
    ] = 10,
    train_on: Annotated[
        bool,
        typer.Option("--train-on", help="Let training continue when its time without a page, or the server, ends."),
    ] = False,
) -> int:
    """Serve the dashboard to browsers; takes the options of `bntui`, or `tour`, `attach`, `compare` or `replay`."""
    from bntui.serve.server import DashboardServer
    from bntui.serve.server import serve as serve_until_stopped
    from bntui.serve.token import take_token

    arguments = [*_given_before(context), *context.args]
    _check_served(context, arguments)
    token = take_token(token_file, os.environ)
    # The browser's terminal shows all colors and characters, whatever the terminal of the server can show.
    display = ["--colors", "truecolor", "--markers", "braille"]
    hangup = [] if train_on else ["--exit-on-hangup"]
    command = [sys.executable, "-m", "bntui", *display, *hangup, *arguments]
    serve_until_stopped(DashboardServer(command, host, port, token, max_sessions, keep, train_on))
    return 0


def _given_before(context: typer.Context) -> list[str]:
    """Return the options of `bntui` itself that were given before `serve`."""
    root = context.find_root()
    sources = {option: root.get_parameter_source(option.name or "") for option in root.command.params}
    given = [option for option, source in sources.items() if source and source.name == "COMMANDLINE"]
    return [text for option in given for text in _as_written(option, root.params[option.name or ""])]


def _as_written(option: Any, value: Any) -> list[str]:
    if option.is_flag:
        return [option.opts[0] if value else option.secondary_opts[0]]
    return [f"{option.opts[0]}={each}" for each in (value if option.multiple else [value])]


def _check_served(context: typer.Context, arguments: list[str]) -> None:
    """Raise UserError for a mistake in the served command now, instead of showing it in a browser."""
    if any(argument.partition("=")[0] == "--token" for argument in arguments):
        raise UserError(
            "--token: other users can read command lines (ps); write the token into a file for --token-file, "
            "or set BNTUI_TOKEN"
        )
    bntui: Any = context.find_root().command
    parsed = bntui.make_context("bntui", list(arguments))
    _, command, _ = bntui.make_parser(parsed).parse_args(list(arguments))
    if command and command[0] not in SERVED_COMMANDS:
        choices = ", ".join(SERVED_COMMANDS)
        raise UserError(f"serve {command[0]}: choose from {choices}, or give options of bntui itself")
    if command:
        bntui.commands[command[0]].make_context(command[0], command[1:], parent=parsed)
    elif parsed.params["headless"]:
        raise UserError("serve --headless: a headless run has no screen to serve")
    elif parsed.params["preset"]:
        from bntui.overrides import load_experiment

        load_experiment(parsed.params["preset"], overrides_of(parsed.params))
