"""The small run that the faults disturb, and what must hold of it afterwards."""

from __future__ import annotations

import csv
import io
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bntui.cli.main import execute
from bntui.records import State, UserError
from bntui.run.exports.formats import export
from bntui.run.storage import folders
from bntui.run.storage.reader import RunReader
from tests.faults.outcome import Kind, Outcome, temporary_folder
from tests.faults.program import Program

STEPS = 300
"""Updates of a run that ends by itself: about two seconds."""
ENDLESS = 1_000_000

PRESET = """
title = "A small run to be disturbed"
network = "sigmoid-mlp"
dataset = "digits"
device = "cpu"
steps = 300
batch_size = 8
variants = ["standard", "bn"]

[probes]
train = { every = 1 }
moments = { every = 5 }
test = { every = 100, samples = 50 }
"""

Table = list[list[str]]
"""Rows of a CSV without the run's id and without the header."""


class Place:
    """A folder with the preset, the runs and everything else that a program reads or writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs = folder / "runs"
        self.preset = folder / "small.toml"
        self.preset.write_text(PRESET)

    def train(self, *options: str, steps: int = STEPS) -> tuple[str, ...]:
        """Return the arguments that train the small run."""
        return ("--preset", str(self.preset), "--steps", str(steps), *options)

    @property
    def csv(self) -> Path:
        """Where a run writes its CSV."""
        return self.folder / "run.csv"

    @property
    def output(self) -> Path:
        """Where a program without a terminal writes what it prints."""
        return self.folder / "output"

    def headless(self, *options: str, steps: int = STEPS, **program: object) -> Program:
        """Train without a screen; write to `output`, and the CSV to `csv`."""
        arguments = self.train("--headless", "--csv", str(self.csv), *options, steps=steps)
        streams = ("/dev/null", str(self.output), str(self.output))
        return Program(*arguments, folder=self.folder, streams=streams, **program)  # type: ignore[arg-type]

    def dashboard(self, *options: str, steps: int = STEPS, **program: object) -> Program:
        """Train in the dashboard."""
        return Program(*self.train(*options, steps=steps), folder=self.folder, **program)  # type: ignore[arg-type]

    @property
    def printed(self) -> str:
        """What programs without a terminal printed."""
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def run(self) -> Path | None:
        """Return the newest run, if there is one."""
        found = folders.all_runs(self.runs) if self.runs.is_dir() else []
        return found[-1] if found else None

    def steps_done(self) -> int:
        """Return the steps of the newest run that are stored; 0 while they cannot be read."""
        return progress_of(self.run())[0]

    def trains(self, steps: int = 1) -> bool:
        """Tell whether so many steps are stored."""
        return self.steps_done() >= steps


@contextmanager
def place() -> Iterator[Place]:
    """Make a place, and remove it at the end."""
    with temporary_folder() as folder:
        yield Place(Path(folder))


def progress_of(run: Path | None) -> tuple[int, float]:
    """Return the steps and seconds that a run has stored; zeros while they cannot be read."""
    if run is None:
        return 0, 0.0
    try:
        with RunReader(run) as reader:
            progress = reader.progress
            return progress.steps, progress.seconds
    except (UserError, sqlite3.Error, OSError):
        return 0, 0.0


_reference: dict[int, Table] = {}
_reference_lock = threading.Lock()


def reference(steps: int = STEPS) -> Table:
    """Return the rows of the undisturbed run, trained at the first call."""
    with _reference_lock:
        if steps not in _reference:
            with place() as undisturbed, undisturbed.headless(steps=steps) as program:
                status = program.wait()
                assert status == 0, f"the undisturbed run ended with {status}: {undisturbed.printed}"
                _reference[steps] = rows(undisturbed.csv.read_text())
        return _reference[steps]


def rows(text: str) -> Table:
    """Return the rows of a long CSV."""
    return [row[1:] for row in csv.reader(io.StringIO(text))][1:]


def exported(run: Path) -> Table:
    """Return the rows that a stored run exports."""
    to = run.parent.parent / f"{run.name}.exported.csv"
    with RunReader(run) as reader:
        export(reader, to)
    return rows(to.read_text())


# What must hold: each returns None, or the failure.


def traceback_in(text: str, tried: str) -> Outcome | None:
    """Nothing prints a traceback."""
    if "Traceback (most recent call last)" not in text and "╭─" + "─" * 9 + " Traceback" not in text:
        return None
    last = [line for line in text.splitlines() if line.strip()][-1]
    return Outcome(tried, f"traceback: {last.strip()[:160]}", Kind.TRACEBACK)


def wrong_status(status: int | None, allowed: tuple[int, ...], tried: str, text: str = "") -> Outcome | None:
    """A program ends with a documented status."""
    if status in allowed:
        return None
    if status is None:
        return Outcome(tried, "did not end", Kind.FREEZE)
    said = " ".join(text.split())[-200:]
    return Outcome(tried, f"exit status {status}, not {' or '.join(map(str, allowed))}: {said}", Kind.STATUS)


def wrong_rows(found: Table, wanted: Table, tried: str) -> Outcome | None:
    """The rows equal those of the undisturbed run, as far as it goes."""
    if found == wanted[: len(found)] and found:
        return None
    number = next((index for index, (left, right) in enumerate(zip(found, wanted, strict=False)) if left != right), 0)
    different = f"row {number} is {found[number]}, not {wanted[number]}" if found else "there are none"
    return Outcome(tried, f"of {len(wanted)} rows {len(found)}: {different}", Kind.LOST)


def missing_rows(text: str | None, steps: int, tried: str) -> Outcome | None:
    """A CSV holds the whole undisturbed run."""
    if text is None:
        return Outcome(tried, "no CSV", Kind.LOST)
    found, wanted = rows(text), reference(steps)
    if found == wanted:
        return None
    return wrong_rows(found, wanted, tried) or Outcome(tried, f"{len(found)} of {len(wanted)} rows", Kind.LOST)


def wrong_state(run: Path | None, allowed: tuple[State, ...], tried: str) -> Outcome | None:
    """A run is readable, and its state is the right one."""
    if run is None:
        return Outcome(tried, "there is no run", Kind.LOST)
    try:
        with RunReader(run) as reader:
            state = reader.state
    except (UserError, sqlite3.Error) as error:
        return Outcome(tried, f"the run is unreadable: {error}", Kind.LOST)
    return None if state in allowed else Outcome(tried, f"the run's state is {state}", Kind.STATUS)


def read_text(path: Path) -> str | None:
    """Return a file's text, or None if there is none."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return None


def call(arguments: list[str]) -> int:
    """Run a command in this process, and return its exit status."""
    return execute(arguments)


def wait_for(condition: object, seconds: float) -> bool:
    """Wait until a condition holds; return whether it does."""
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
