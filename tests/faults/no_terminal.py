"""No terminal, closed streams and readers that leave: one line and exit status 2, or training that goes on."""

from __future__ import annotations

import contextlib
import os
import pty
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.faults.disk import one_line
from tests.faults.experiment import (
    STEPS,
    Place,
    missing_rows,
    place,
    read_text,
    traceback_in,
    wrong_status,
)
from tests.faults.outcome import Kind, Outcome
from tests.faults.program import Program

NULL = "/dev/null"
SHOWN = (("attach",), ("replay", "last"), ("replay", "last", "--speed", "2"))
LISTED = (("runs",), ("presets",), ("presets", "show", "noisy"), ("export", "last"), ("claims", "last"), ("--help",))


def dashboards() -> Iterator[Outcome]:
    """Start the dashboard without a terminal on standard input or output."""
    with place() as here:
        with here.headless() as program:
            program.wait()
        for command in ((), here.train(), *SHOWN):
            name = " ".join(("bntui", *command)).replace(str(here.folder), "…")
            for streams in ("in", "out", "both", "closed"):
                yield _refused(here, command, streams, f"{name}: no terminal on standard {streams}")


def readers() -> Iterator[Outcome]:
    """Print to a pipe whose reader leaves after a line, to a full device, and to a closed stream."""
    with place() as here:
        with here.headless() as program:
            program.wait()
        for command in LISTED:
            yield _pipe_closes(here, command, f"bntui {' '.join(command)} | head -1")
            yield _full_device(here, command, f"bntui {' '.join(command)} > /dev/full")
            yield _closed(here, command, f"bntui {' '.join(command)} >&-")
    for output in ("pipe", "/dev/full", "closed"):
        yield _training_goes_on(output, f"headless training, output to {output}")


def _refused(here: Place, command: tuple[str, ...], without: str, tried: str) -> Outcome:
    here.output.unlink(missing_ok=True)
    printed = here.folder / "printed"
    printed.unlink(missing_ok=True)
    with _terminal() as terminal:
        none = None if without == "closed" else NULL
        streams = (
            none if without in ("in", "both", "closed") else terminal,
            (none and str(printed)) if without in ("out", "both", "closed") else terminal,
            str(here.output),
        )
        with Program(*command, folder=here.folder, streams=streams) as program:
            status = program.wait(10.0)
            if status is None:
                program.kill()
    written = (read_text(printed) or "") + here.printed
    if "\x1b" in written:
        return Outcome(tried, f"escape codes in the output, exit status {status}", Kind.STATUS)
    return one_line(status, written, tried, "terminal")


@contextlib.contextmanager
def _terminal() -> Iterator[str]:
    """Open a pseudo-terminal that somebody reads, and give its path."""
    master, slave = pty.openpty()
    reader = threading.Thread(target=_drain, args=(master,), daemon=True)
    reader.start()
    try:
        yield os.ttyname(slave)
    finally:
        os.close(slave)
        reader.join(5.0)
        os.close(master)


def _drain(master: int) -> None:
    with contextlib.suppress(OSError):
        while os.read(master, 65536):
            pass


def _pipe_closes(here: Place, command: tuple[str, ...], tried: str) -> Outcome:
    here.output.unlink(missing_ok=True)
    with _head(here.folder) as pipe, Program(*command, folder=here.folder, streams=_printing(here, pipe)) as program:
        status = program.wait(30.0)
    return (
        traceback_in(here.printed, tried)
        or wrong_status(status, (0,), tried, here.printed)
        or (Outcome(tried, f"prints {here.printed!r}") if here.printed else None)
        or Outcome(tried)
    )


def _full_device(here: Place, command: tuple[str, ...], tried: str) -> Outcome:
    here.output.unlink(missing_ok=True)
    with Program(*command, folder=here.folder, streams=_printing(here, "/dev/full")) as program:
        status = program.wait(30.0)
    return one_line(status, here.printed, tried, "space")


def _closed(here: Place, command: tuple[str, ...], tried: str) -> Outcome:
    here.output.unlink(missing_ok=True)
    with Program(*command, folder=here.folder, streams=_printing(here, None)) as program:
        status = program.wait(30.0)
    return (
        traceback_in(here.printed, tried)
        or wrong_status(status, (0, 2), tried, here.printed)
        or (Outcome(tried, f"prints {here.printed!r}") if len(here.printed.splitlines()) > 1 else None)
        or Outcome(tried)
    )


def _printing(here: Place, output: str | None) -> tuple[str, str | None, str]:
    return NULL, output, str(here.output)


def _training_goes_on(output: str, tried: str) -> Outcome:
    with place() as here, _head(here.folder) as pipe:
        streams = {"pipe": (NULL, pipe, pipe), "closed": (NULL, None, None)}.get(output, (NULL, output, output))
        arguments = here.train("--headless", "--csv", str(here.csv))
        with Program(*arguments, folder=here.folder, streams=streams) as program:
            status = program.wait()
        return wrong_status(status, (0,), tried) or missing_rows(read_text(here.csv), STEPS, tried) or Outcome(tried)


@contextlib.contextmanager
def _head(folder: Path) -> Iterator[str]:
    """Make a pipe whose reader leaves after the first line, and give its path."""
    path = folder / "pipe"
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    reader = threading.Thread(target=_read_line, args=(path,), daemon=True)
    reader.start()
    yield str(path)
    # A program that never opened the pipe leaves its reader waiting for one.
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
    reader.join(5.0)


def _read_line(path: Path) -> None:
    with path.open("rb", buffering=0) as file:
        while (read := file.read(1)) and read != b"\n":
            pass
