"""The entry point: assembles the commands, and turns errors into one line and an exit status."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import re
import sys
import threading
from typing import NoReturn

import typer

from bntui.cli.claims_commands import claims
from bntui.cli.explain_commands import explain
from bntui.cli.export_commands import export_runs
from bntui.cli.optimum_commands import optimum
from bntui.cli.preset_commands import presets_app
from bntui.cli.report_commands import report
from bntui.cli.resume_commands import resume
from bntui.cli.run_commands import delete, note, pause, rename, runs_app, stop
from bntui.cli.serve_commands import serve
from bntui.cli.show_run import show_run
from bntui.cli.surface_commands import surface
from bntui.cli.sweep_commands import sweep_app
from bntui.cli.tour_commands import tour
from bntui.cli.training_commands import train
from bntui.cli.value_commands import values
from bntui.cli.view_commands import attach, compare, replay
from bntui.lossy_file import discard
from bntui.printable_text import excerpt
from bntui.records import UserError

# Typer exports only one of the errors for wrong usage, not their base class.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]

_COLLECT_AFTER = 10_000
"""Objects made since the last search for cycles before the next.

With Python's 700, all objects of torch and of the curves are searched again and again, for up to 0.2 s each time, in
which nothing trains or is drawn. No tensor is in a cycle that training leaves, so memory does not grow.
"""

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
app.callback(invoke_without_command=True)(train)
app.command()(tour)
app.add_typer(presets_app, name="presets")
runs_app.command("show")(show_run)
app.add_typer(runs_app, name="runs")
app.add_typer(sweep_app, name="sweep")
app.command()(resume)
app.command()(rename)
app.command()(note)
app.command()(delete)
app.command("export")(export_runs)
app.command()(values)
app.command()(attach)
app.command()(replay)
app.command()(compare)
app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})(serve)
app.command()(pause)
app.command()(stop)
app.command()(claims)
app.command()(surface)
app.command()(optimum)
app.command()(report)
app.command()(explain)


def main() -> None:
    """Run the command `bntui` and exit; a user's mistake is one line on standard error and exit status 2."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Its encoding may lack characters.
        sys.stdout.reconfigure(errors="backslashreplace")
    gc.set_threshold(_COLLECT_AFTER)
    status = execute(sys.argv[1:])
    loading = any(thread is not threading.main_thread() and not thread.daemon for thread in threading.enumerate())
    if loading or "torch" in sys.modules:
        _exit_at_once(status)
    sys.exit(status)


def execute(arguments: list[str]) -> int:
    """Run `bntui` with these arguments and return its exit status."""
    try:
        result = app(arguments, prog_name="bntui", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except UserError as error:
        return _report(str(error))
    except UsageError as error:
        return _report(_usage_message(error))
    except typer.Exit as request:
        return request.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except (BrokenPipeError, SystemExit):
        # The reader of standard output has closed it; Typer exits then.
        discard(sys.stdout)
        return 0
    except OSError as error:
        discard(sys.stdout)
        return _report(f"{error.filename or 'standard output: cannot be written'}: {error.strerror or error}")


def _exit_at_once(status: int) -> NoReturn:
    """Exit without waiting for threads, and without taking the interpreter down.

    What must end has ended. Importing torch cannot be interrupted, and taking it down takes seconds on a busy machine.
    """
    for file in (sys.stdout, sys.stderr):
        # A stream that was closed before the start is None.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            file.flush()
    os._exit(status)


def _usage_message(error: Exception) -> str:
    """Return Typer's message in the style of the others: one sentence that begins like the middle of one."""
    text = error.format_message() if isinstance(error, typer.BadParameter) else str(error)
    text = re.sub(r"[^\s']{81,}", lambda word: excerpt(word[0]), text.replace(": Input should", ": should"))
    return str(UserError(text[:1].lower() + text[1:].removesuffix(".")))


def _report(message: str) -> int:
    print(f"bntui: {message}", file=sys.stderr)
    return 2
