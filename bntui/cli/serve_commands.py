"""The command that serves the dashboard to a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from bntui.cli.training_commands import overrides_of
from bntui.records import UserError

SERVED_COMMANDS = ("attach", "replay", "compare")


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to serve on.")] = 8000,
    token: Annotated[
        str | None, typer.Option(help="Require this token.", show_default="generated, except on a loopback address")
    ] = None,
) -> int:
    """Serve the dashboard to browsers; takes the options of `bntui`, or `attach`, `compare` or `replay` with theirs."""
    from bntui.serve import serve as serve_on

    _check_served(context, context.args)
    # The browser's terminal shows all colors and characters, whatever the terminal of the server can show.
    serve_on(["--colors", "truecolor", "--markers", "braille", *context.args], host, port, token)
    return 0


def _check_served(context: typer.Context, arguments: list[str]) -> None:
    """Raise UserError for a mistake in the served command now, instead of showing it in a browser."""
    if arguments and not arguments[0].startswith("-"):
        if arguments[0] not in SERVED_COMMANDS:
            choices = ", ".join(SERVED_COMMANDS)
            raise UserError(f"serve {arguments[0]}: choose from {choices}, or give options of bntui itself")
        return
    options = context.find_root().command.make_context("bntui", list(arguments)).params
    if options["headless"]:
        raise UserError("serve --headless: a headless run has no screen to serve")
    if options["preset"]:
        from bntui.overrides import load_experiment

        load_experiment(options["preset"], overrides_of(options))
