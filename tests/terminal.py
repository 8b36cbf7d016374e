"""A program in a real pseudo-terminal: what a person would see, and keys as a person types them."""

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

PATIENCE = 120.0  # seconds after which a program that does not get there has failed
KEYS = {"enter": "\r", "escape": "\x1b", "down": "\x1b[B", "ctrl+q": "\x11", "ctrl+z": "\x1a"}


class Terminal:
    """Runs `bntui`, or another program, with arguments; use as a context manager, which kills what is left."""

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
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", **environment)
            os.execvp(program[0], [*program, *arguments])
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @property
    def text(self) -> str:
        """The screen as it stands."""
        return "\n".join(self._screen.display)

    def type(self, key: str) -> None:
        """Press a key: a character, or a name in KEYS."""
        os.write(self._fd, KEYS.get(key, key).encode())

    def until(self, *wanted: str) -> str:
        """The screen as soon as it shows all of these."""
        self._watch(lambda: all(text in self.text for text in wanted))
        assert all(text in self.text for text in wanted), f"never saw {wanted}; the screen is:\n{self.text}"
        return self.text

    def until_gone(self, text: str) -> None:
        """Wait until the screen shows this no longer."""
        self._watch(lambda: text not in self.text)
        assert text not in self.text, f"{text!r} never went away; the screen is:\n{self.text}"

    def watch(self, seconds: float) -> None:
        """Take in what the program writes for so long."""
        end = time.monotonic() + seconds
        self._watch(lambda: time.monotonic() >= end)

    def until_stopped(self) -> None:
        """Wait until the process stands still, as after ctrl+z; what it showed is gone then."""

        def stopped() -> bool:
            _, state = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
            return state != 0 and os.WIFSTOPPED(state)

        self._watch(stopped)
        self._screen.reset()

    def go_on(self) -> None:
        """What a shell does for `fg`."""
        os.kill(self.pid, signal.SIGCONT)

    def end(self) -> tuple[int, str]:
        """Wait for the program's end: its exit status and all it wrote, as text."""
        self._watch(lambda: False)
        return self._reap(), self.written.decode(errors="replace")

    def hang_up(self) -> int:
        """Close the terminal under the program, as a broken connection does; its exit status when it ends."""
        os.close(self._fd)
        self._fd = -1
        return self._reap()

    def _reap(self) -> int:
        with ThreadPoolExecutor(1) as waiting:
            _, state = waiting.submit(os.waitpid, self.pid, 0).result(PATIENCE)
        self.pid = 0
        return os.waitstatus_to_exitcode(state)

    def _watch(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not done():
            ready, _, _ = select.select([self._fd], [], [], 0.1)
            if not ready:
                continue
            try:
                data = os.read(self._fd, 65536)
            except OSError:  # how Linux says that the other side is closed
                return
            if not data:
                return
            self.written += data
            self._stream.feed(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.pid:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        if self._fd >= 0:
            os.close(self._fd)
