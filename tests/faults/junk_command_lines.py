"""Junk for every option and argument of every command: a line on standard error and the documented exit status.

`faults` runs the command lines in this process. Nothing is trained, served, shown or downloaded.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import tempfile
import time
import urllib.error
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import typer

from bntui.cli.main import app, execute
from bntui.records import UserError
from tests.faults.junk import NUMBERS, PATHS, TEXTS, TOML_VALUES
from tests.faults.mutated_presets import flaw_in

SLOWEST = 5.0
"""Seconds within which a command line must be checked, once torch is imported."""

KEYS = (
    *("steps", "seed", "variants", "optimizer.lr", "noise.additive", "probes.test.every", "probes.smoothness.etas"),
    *("variants.bn.eps", "device", "name", "title", "", ".", "a.b.c.d", "variants.", "variants..", "probes..every"),
    *(".".join("k" * 3000), "é.\x1b", "network.x", "x" * 5000),
)
"""Keys for `--set`."""


@dataclass(frozen=True)
class Fault:
    """A command line that was not handled, and what happened instead."""

    arguments: Sequence[str]
    what: str


def faults(count: int | None = None, seed: int = 0, slowest: float = SLOWEST) -> list[Fault]:
    """Run all command lines, or `count` of them that `seed` chooses, and return those that were not handled.

    Those that take more than `slowest` seconds were not.
    """
    import_module("bntui.data.mnist")
    lines = list(command_lines())
    if count is not None:
        lines = random.Random(seed).sample(lines, count)
    with _harmless() as folder:
        return [Fault(line, what) for line in lines if (what := _fault(line, folder, slowest))]


def command_lines() -> Iterator[tuple[str, ...]]:
    """Yield the arguments of every command line."""
    root: Any = typer.main.get_command(app)
    yield from _lines((), root)
    for name, command in root.commands.items():
        yield from _lines((name,), command)
        for inner, subcommand in getattr(command, "commands", {}).items():
            yield from _lines((name, inner), subcommand)


def _lines(command: tuple[str, ...], parameters: Any) -> Iterator[tuple[str, ...]]:
    yield command
    yield (*command, "--help")
    for junk in (*TEXTS, *PATHS):
        yield (*command, junk)
        yield (*command, "--", junk)
    required = ("noisy",) * sum(parameter.required for parameter in parameters.params)
    for parameter in parameters.params:
        for junk in (*NUMBERS, *TEXTS, *PATHS):
            if parameter.param_type_name == "argument":
                yield (*command, *[junk] * len(required))
            else:
                yield (*command, *_before(command), parameter.opts[0], junk, *required)
                yield (*command, *_before(command), f"{parameter.opts[0]}={junk}", *required)
    if not command:
        yield from _overrides()
        yield from _data_sets()


def _before(command: tuple[str, ...]) -> tuple[str, ...]:
    options = ("--dataset", "digits", "--headless")
    return {(): ("--preset", "noisy", *options), ("sweep", "run"): options}.get(command, ())


def _overrides() -> Iterator[tuple[str, ...]]:
    for key in KEYS:
        for value in (*NUMBERS, *TEXTS, *TOML_VALUES):
            yield (*_before(()), "--set", f"{key}={value}")
            yield ("sweep", "noisy", "--dry-run", "--seeds", "0:2", "--set", f"{key}={value},{value}")


def _data_sets() -> Iterator[tuple[str, ...]]:
    for junk in (*PATHS, *TEXTS):
        for dataset in ("mnist", "cifar10", "digits"):
            yield ("--preset", "noisy", "--headless", "--dataset", dataset, "--data-dir", junk)
        yield ("--preset", "noisy", "--headless", "--dataset", f"folder:{junk}")


def _fault(arguments: Sequence[str], folder: Path, slowest: float) -> str:
    """Return '' if the command line is handled as documented, else what happened."""
    out, err = _Output(), _Output()
    begin = time.perf_counter()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.chdir(folder):
        try:
            status = execute(list(arguments))
        except BaseException as error:
            return f"{type(error).__name__}: {str(error)[:200]}"
    seconds, message = time.perf_counter() - begin, err.getvalue()
    if seconds > slowest:
        return f"took {seconds:.1f} s"
    if "bntui: noisy would be trained now" in message:
        return ""
    if status == 0:
        return f"status 0, and an error: {message[:200]!r}" if message else ""
    if status != 2 or not message.startswith("bntui: ") or not message.endswith("\n"):
        return f"status {status}: {message[:200]!r}"
    return flaw_in(message.removeprefix("bntui: ").removesuffix("\n"))


class _Output(io.TextIOWrapper):
    """Standard output in memory, which encodes what it is given as the real one does."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def getvalue(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode()


@contextlib.contextmanager
def _harmless() -> Iterator[Path]:
    """Replace what would train, show, serve, signal or connect; return an empty folder to work in."""

    def train(*_: object) -> Iterator[object]:
        raise UserError("noisy would be trained now")

    def refuse(*_: object, **__: object) -> object:
        raise urllib.error.URLError("no network")

    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        for variable in ("BNTUI_RUNS_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "HOME"):
            stack.enter_context(mock.patch.dict(os.environ, {variable: f"{name}/{variable}"}))
        for target, replacement in (
            # Building the commands takes most of the time of checking a command line.
            ("typer.main.get_command", cache(typer.main.get_command)),
            ("bntui.train.train", train),
            ("bntui.cli.sweep_engines.EngineOptions.open", train),
            ("bntui.sweep.worker.Worker.work_on", train),
            ("bntui.tui.app.DashboardApp.run", lambda _: None),
            ("bntui.serve.server.serve", lambda *_: None),
            ("urllib.request.OpenerDirector.open", refuse),
            ("os.kill", refuse),
        ):
            stack.enter_context(mock.patch(target, replacement))
        work = Path(name) / "work"
        work.mkdir()
        yield work
