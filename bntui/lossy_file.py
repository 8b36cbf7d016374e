"""Text files whose reader may disappear: what cannot be written is dropped, and the program continues."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from typing import IO, Any


class LossyFile:
    """A text file that drops writes instead of raising OSError.

    `on_lost` is called in the writing thread when a write fails, perhaps more than once; `on_write` before each write
    with its number of bytes.
    """

    def __init__(
        self, file: IO[str], on_lost: Callable[[], object], on_write: Callable[[int], object] | None = None
    ) -> None:
        self._file = file
        self._on_lost = on_lost
        self._on_write = on_write

    def write(self, text: str) -> None:
        """Write a text, or drop it."""
        if self._on_write:
            self._on_write(len(text.encode()))
        self._attempt(lambda: self._file.write(text))

    def flush(self) -> None:
        """Write what is buffered, or drop it."""
        self._attempt(self._file.flush)

    def _attempt(self, action: Callable[[], object]) -> None:
        try:
            action()
        except OSError:
            self._on_lost()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def say(*lines: str) -> None:
    """Print lines at once; dropped if the reader of standard output is gone."""
    try:
        print(*lines, sep="\n", flush=True)
    except OSError:
        discard(sys.stdout)


def discard(file: IO[str]) -> None:
    """Let a file lead to the null device; without this, Python would fail to flush it at exit."""
    # Files in memory have no descriptor.
    with contextlib.suppress(OSError, ValueError):
        descriptor = file.fileno()
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, descriptor)
        os.close(null)
