"""What a shell offers for the values of arguments and options: presets, runs and sweeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import typer

from bntui.records import UserError
from bntui.user_paths import expanded


def preset_names(incomplete: str) -> list[str]:
    """Return the presets whose name begins so."""
    from bntui import spec

    return _beginning(incomplete, spec.available)


def run_names(context: typer.Context, incomplete: str) -> list[str]:
    """Return 'last' and the ids of runs, newest first, that begin so."""
    from bntui.run.storage.folders import all_runs

    return _beginning(incomplete, lambda: ["last", *(run.name for run in reversed(all_runs(_runs_dir(context))))])


def sweep_names(context: typer.Context, incomplete: str) -> list[str]:
    """Return the stored sweeps whose name begins so."""
    from bntui.sweep.sweep_folder import all_sweeps

    return _beginning(incomplete, lambda: all_sweeps(_runs_dir(context)))


def sweepable_names(context: typer.Context, incomplete: str) -> list[str]:
    """Return stored sweeps, shipped sweep files and presets whose name begins so."""
    from bntui.sweep import plan

    return [*sweep_names(context, incomplete), *_beginning(incomplete, plan.sweep_files), *preset_names(incomplete)]


def _runs_dir(context: typer.Context) -> Path:
    from bntui.run.storage.folders import default_runs_dir

    given = context.params.get("runs_dir") or context.find_root().params.get("runs_dir")
    return expanded(given) if given else default_runs_dir()


def _beginning(incomplete: str, names: Callable[[], Iterable[str]]) -> list[str]:
    try:
        return [name for name in names() if name.startswith(incomplete)]
    except (UserError, OSError):
        # While a command is typed, nothing can be said about a folder that cannot be read.
        return []
