"""The program as a process of its own, in a pseudo-terminal or with other standard streams.

A server imports torch and textual once, and every program is forked from it: it starts in a tenth of a second, not in
four. `cold` starts Python anew instead, as a shell does.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import multiprocessing
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from tests.faults.outcome import Kind, Outcome

SIZE = (120, 36)
LONGEST = 60.0
"""Seconds after which a program is killed, whatever it does."""

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(
    [
        *("bntui.cli.main", "bntui.headless.training_lines", "bntui.train", "bntui.tui.app", "bntui.run.sources.live"),
        *("bntui.data.digits", "bntui.overrides", "torch._dynamo"),  # the last is imported by the optimizer
    ]
)

_MODE = re.compile(rb"\x1b\[\?(\d+)([hl])")
_ON_BY_DEFAULT = (b"7", b"25")
_SYNCHRONIZED = b"2026"


@dataclass(frozen=True)
class Start:
    """How a program is started: its arguments, and paths of its standard streams (None: closed).

    `unprivileged`: root, too, is bound by the permissions of files.
    """

    arguments: Sequence[str]
    streams: tuple[str | None, str | None, str | None]
    environment: Mapping[str, str] = field(default_factory=dict)
    terminal: bool = False
    cold: bool = False
    unprivileged: bool = False


class Program:
    """bntui with these arguments; a context manager that kills it at its end.

    By default it has a pseudo-terminal; with `streams`, paths of standard input, output and error, or None for a closed
    one. `rate` limits how many bytes per second are read from the pseudo-terminal.
    """

    def __init__(
        self,
        *arguments: str,
        folder: Path,
        streams: tuple[str | None, str | None, str | None] | None = None,
        rate: int | None = None,
        size: tuple[int, int] = SIZE,
        **options: Any,
    ) -> None:
        self.written = b""
        self._closing = threading.Event()
        self._master = self._slave = -1
        self._reader: threading.Thread | None = None
        if streams is None:
            self._master, self._slave = pty.openpty()
            self.resize(*size)
            self.before = termios.tcgetattr(self._slave)
            streams = (os.ttyname(self._slave),) * 3
            self._reader = threading.Thread(target=self._read, args=(rate,), daemon=True)
            self._reader.start()
        environment = {**environment_in(folder), **options.pop("environment", {})}
        start = Start(arguments, streams, environment, terminal=self._master >= 0, **options)
        self._process = _SERVER.Process(target=_run, args=(start,), daemon=False)
        self._process.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._closing.set()
        if self._reader:
            self._reader.join()
        self.hang_up()
        if self._slave >= 0:
            os.close(self._slave)

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.exitcode is None

    def send(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the process, and wait for its end."""
        self.send(signal.SIGKILL)
        self._process.join(LONGEST)

    def wait(self, seconds: float = LONGEST) -> int | None:
        """Return the exit status, or None if the process has not ended after so many seconds."""
        self._process.join(seconds)
        return self._process.exitcode

    def wait_timed(self, seconds: float) -> tuple[int | None, float]:
        """Wait for the end; return the exit status, and the time without that in which other processes ran instead."""
        begin, before, starved = time.monotonic(), _starved_by_thread(self.pid), 0.0
        while self.alive and time.monotonic() < begin + seconds:
            now = _starved_by_thread(self.pid)
            starved = max([starved, *(waited - before.get(thread, 0.0) for thread, waited in now.items())])
            self._process.join(0.05)
        return self._process.exitcode, time.monotonic() - begin - starved

    def until(self, done: Callable[[], bool], seconds: float = LONGEST) -> bool:
        """Wait until a condition holds, the process ends, or the time is over; return whether the condition holds."""
        deadline = time.monotonic() + seconds
        while not done():
            if not self.alive or time.monotonic() > deadline:
                return done()
            time.sleep(0.02)
        return True

    def until_state(self, letters: str, seconds: float = LONGEST) -> bool:
        """Wait until the process is in one of these states of /proc, such as T for stopped."""
        return self.until(lambda: _state_of(self.pid) in letters, seconds)

    def type(self, keys: str) -> None:
        """Type keys."""
        os.write(self._master, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> None:
        """Close the terminal."""
        if self._master >= 0:
            self._closing.set()
            if self._reader:
                self._reader.join()
            os.close(self._master)
            self._master = -1

    @property
    def text(self) -> str:
        """Everything that was written to the terminal."""
        return self.written.decode(errors="replace")

    def left_behind(self) -> str:
        """Return '' if the terminal is as it was before the program, else what is not."""
        self.until_quiet()
        if termios.tcgetattr(self._slave) != self.before:
            return "the terminal is in raw mode"
        modes = {mode: state for mode, state in _MODE.findall(self.written) if mode != _SYNCHRONIZED}
        changed = [mode.decode() for mode, state in modes.items() if (state == b"h") != (mode in _ON_BY_DEFAULT)]
        if changed:
            return f"modes of the terminal left changed: {', '.join(changed)}"
        pushed = len(re.findall(rb"\x1b\[>\d+u", self.written)) - self.written.count(b"\x1b[<u")
        return "the keyboard protocol is left pushed" if pushed > 0 else ""

    def until_quiet(self, seconds: float = 5.0) -> None:
        """Wait until what was written has been read."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            before = len(self.written)
            time.sleep(0.15)
            if len(self.written) == before:
                return

    def _read(self, rate: int | None) -> None:
        while not self._closing.is_set():
            if not select.select([self._master], [], [], 0.1)[0]:
                continue
            try:
                data = os.read(self._master, 65536 if rate is None else max(1, rate // 20))
            except OSError:
                return
            self.written += data
            if rate is not None:
                time.sleep(len(data) / rate)


def environment_in(folder: Path) -> dict[str, str]:
    """Return the environment of a program whose files are all in a folder."""
    return {
        "BNTUI_RUNS_DIR": str(folder / "runs"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_DATA_HOME": str(folder / "data"),
        "HOME": str(folder),
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }


def starved_seconds() -> float:
    """Return for how long this thread could have run, but other processes had all cores."""
    return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9


def _starved_by_thread(pid: int) -> dict[str, float]:
    """Return for how long each thread of a process could have run, but other processes had all cores."""
    waited = {}
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        with contextlib.suppress(OSError):
            waited[thread.name] = int((thread / "schedstat").read_text().split()[1]) / 1e9
    return waited


def _state_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except OSError:
        return "X"


def _run(start: Start) -> None:
    """Become the program; runs in a process forked from the server."""
    # A process group of its own; a session would make it one that cannot be suspended.
    os.setsid() if start.terminal else os.setpgid(0, 0)
    _open_streams(start.streams)
    os.environ.update(start.environment)
    # Pictures are saved in the current folder where the run's cannot be written.
    os.chdir(start.environment["HOME"])
    if start.unprivileged:
        _drop_capabilities()
    _die_with_parent()
    if start.cold:
        os.execv(sys.executable, [sys.executable, "-m", "bntui", *start.arguments])
    sys.argv = ["bntui", *start.arguments]
    from bntui.cli.main import main

    main()


def _open_streams(paths: Sequence[str | None]) -> None:
    for number, path in enumerate(paths):
        if path is None:
            os.close(number)
            continue
        flags = os.O_RDWR if path.startswith("/dev/pts/") else os.O_WRONLY | os.O_CREAT | os.O_APPEND
        opened = os.open(path, flags if number else flags & os.O_RDWR)
        os.dup2(opened, number)
        os.close(opened)
    errors = ("strict", "strict", "backslashreplace")
    files = [
        None if path is None else open(number, "w" if number else "r", errors=errors[number], closefd=False)  # noqa: SIM115
        for number, path in enumerate(paths)
    ]
    sys.stdin, sys.stdout, sys.stderr = files  # type: ignore[assignment]
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = files  # type: ignore[misc, assignment]


def _drop_capabilities() -> None:
    """Drop all capabilities, such as root's to write to read-only files."""
    version = 0x20080522
    if ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(version, 0), (ctypes.c_uint32 * 6)()):
        raise OSError("capabilities cannot be dropped")


def _die_with_parent() -> None:
    """Have the kernel kill this process with the server, and so with the campaign."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def in_process(
    function: Callable[..., list[Outcome]], arguments: tuple[Any, ...], tried: str, seconds: float
) -> Iterator[Outcome]:
    """Call a function in a process forked from the server, and yield what it returns; it is killed after a time."""
    receiving, sending = _SERVER.Pipe(duplex=False)
    process = _SERVER.Process(target=_call, args=(sending, function, arguments))
    process.start()
    sending.close()
    try:
        yield from receiving.recv() if receiving.poll(seconds) else [Outcome(tried, "did not end", Kind.FREEZE)]
    except EOFError:
        process.join(LONGEST)
        yield Outcome(tried, f"the process ended with {process.exitcode}", Kind.TRACEBACK)
    finally:
        process.kill()
        process.join(LONGEST)


def _call(sending: Connection, function: Callable[..., list[Outcome]], arguments: tuple[Any, ...]) -> None:
    _die_with_parent()
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    sending.send(function(*arguments))
