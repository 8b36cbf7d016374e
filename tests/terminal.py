"""Run a program in a pseudo-terminal, type keys, and read the screen."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Self

import pyte

TIMEOUT = 120.0
"""Seconds within which a program must show the expected text, or end."""

KEYS = {"enter": "\r", "escape": "\x1b", "down": "\x1b[B", "ctrl+q": "\x11", "ctrl+z": "\x1a"}


class Terminal:
    """A program, by default `bntui`, in a pseudo-terminal; a context manager that kills the program at its end."""

    def __init__(
        self,
        *arguments: str,
        size: tuple[int, int] = (120, 36),
        program: Sequence[str] = (sys.executable, "-m", "bntui"),
        **environment: str,
    ) -> None:
        columns, rows = size
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.written = b""
        self._text: str | None = None
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", **environment)
            os.execvp(program[0], [*program, *arguments])
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @property
    def descriptor(self) -> int:
        """The file descriptor of the terminal's side of the program."""
        return self._fd

    @property
    def text(self) -> str:
        """The text on the screen.

        It is read from the cells, and only when they change: `display` takes so long that waiting for a text took half
        as much time as the dashboard that is measured.
        """
        if self._text is None:
            columns, rows = range(self._screen.columns), range(self._screen.lines)
            lines = [self._screen.buffer[row] for row in rows]
            self._text = "\n".join("".join([line[column].data for column in columns]) for line in lines)
        return self._text

    def type(self, key: str) -> None:
        """Type a character, or a key named in KEYS."""
        os.write(self._fd, KEYS.get(key, key).encode())

    def until(self, *texts: str) -> str:
        """Wait until the screen shows all of these texts, and return the screen."""
        self._watch(lambda: all(text in self.text for text in texts))
        assert all(text in self.text for text in texts), f"no {texts}; the screen is:\n{self.text}"
        return self.text

    def until_gone(self, text: str) -> None:
        """Wait until the screen no longer shows this text."""
        self._watch(lambda: text not in self.text)
        assert text not in self.text, f"{text!r} is still there; the screen is:\n{self.text}"

    def watch(self, seconds: float) -> None:
        """Read the program's output for this many seconds."""
        end = time.monotonic() + seconds
        self._watch(lambda: time.monotonic() >= end)

    def watch_until(self, done: Callable[[], bool]) -> None:
        """Read what the program writes until a condition holds."""
        self._watch(done)
        assert done(), f"the screen is:\n{self.text}"

    def until_stopped(self) -> None:
        """Wait until the process is suspended, as after ctrl+z, and clear the screen."""

        def stopped() -> bool:
            _, state = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
            return state != 0 and os.WIFSTOPPED(state)

        self._watch(stopped)
        self._screen.reset()
        self._text = None

    def resume(self) -> None:
        """Continue the process, as `fg` in a shell does."""
        os.kill(self.pid, signal.SIGCONT)

    def end(self) -> tuple[int, str]:
        """Wait for the end of the program; return its exit status and all of its output."""
        self._watch(lambda: False)
        return self._reap(), self.written.decode(errors="replace")

    def hang_up(self) -> int:
        """Close the terminal, as a broken connection does; return the program's exit status."""
        os.close(self._fd)
        self._fd = -1
        return self._reap()

    def _reap(self) -> int:
        with ThreadPoolExecutor(1) as executor:
            waiting = executor.submit(os.waitpid, self.pid, 0)
            try:
                _, state = waiting.result(TIMEOUT)
            except TimeoutError:
                os.kill(self.pid, signal.SIGKILL)
                raise
            finally:
                # Reaped in any case: the executor waits for waitpid.
                self.pid = 0
        return os.waitstatus_to_exitcode(state)

    def _watch(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline and not done():
            ready, _, _ = select.select([self._fd], [], [], 0.1)
            if not ready:
                continue
            try:
                data = os.read(self._fd, 65536)
            except OSError:  # Linux reports a closed terminal this way
                return
            if not data:
                return
            self.written += data
            self._stream.feed(data)
            self._text = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self._fd >= 0:
            os.close(self._fd)
