"""The commands that list and show presets."""

from __future__ import annotations

from typing import Annotated

import typer

from bntui.cli.completions import preset_names
from bntui.cli.output import show
from bntui.printable_text import printable
from bntui.records import UserError

presets_app = typer.Typer(help="List the presets, or show one.", rich_markup_mode=None)


@presets_app.callback(invoke_without_command=True)
def presets(context: typer.Context) -> int:
    """List the presets, one per line."""
    if context.invoked_subcommand:
        return 0
    from bntui import spec

    names = spec.available()
    width = max(map(len, names), default=0)
    for name, path in names.items():
        try:
            line = spec.load(str(path)).title
        except UserError as error:
            line = f"unreadable: {error}"
        show(printable(f"{name:{width}}  {line}"))
    return 0


@presets_app.command("show")
def show_preset(
    name: Annotated[str, typer.Argument(help="A preset's name, or a TOML file.", autocompletion=preset_names)],
) -> int:
    """Print a preset with all its keys, defaults included."""
    from bntui import spec
    from bntui.train import resolve

    show(resolve(spec.load(name)).toml().rstrip("\n"))
    return 0
