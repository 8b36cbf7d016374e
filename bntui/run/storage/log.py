"""The log in a run's folder: notices, errors and the outcome of the run, and warnings of libraries."""

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import TextIO

NAME = "worker.log"
MOST_BYTES = 2**20
"""The most that waits to be written, in bytes; older lines are dropped."""

_LOGGERS = ("", "torch", "torch.autograd")
"""Loggers whose records are written: the root, and those of torch, which pass none on to the root."""

LOGGER = logging.getLogger("bntui")
LOGGER.setLevel(logging.INFO)
# Without a run folder there is no log file, and the default handler would print over the screen.
LOGGER.addHandler(logging.NullHandler())


class LogFile(logging.Handler):
    """Appends records to the log of a folder, opened for each of them; what cannot be written waits for the next one.

    `folder` returns None until there is a folder. The file is recreated if it disappears, and a symbolic link is not
    followed.
    """

    def __init__(self, folder: Callable[[], Path | None]) -> None:
        super().__init__()
        self._folder = folder
        self._waiting = b""
        self._last: logging.LogRecord | None = None
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, and those that could not be written before."""
        if record is self._last:
            # Until torch is imported, its loggers pass records on, so that they come twice.
            return
        self._last = record
        try:
            line = f"{self.format(record)}\n".encode(errors="replace")
            self._waiting = (self._waiting + line)[-MOST_BYTES:]
            folder = self._folder()
            if folder is not None:
                with FileIO(folder / NAME, "ab", opener=open_log) as file:
                    self._waiting = self._waiting[file.write(self._waiting) :]
        except Exception:
            # There is nowhere to report it, and whoever logs must not fail.
            return


def open_log(path: str, flags: int) -> int:
    """Open a log, which only its owner may read; no link is followed, and a pipe is not waited for."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)


@contextmanager
def logged(folder: Callable[[], Path | None]) -> Iterator[None]:
    """Write bntui's log, and the warnings of all libraries, to the run's folder, once it has one."""
    handler = LogFile(folder)
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        with _LOGGED_WARNINGS:
            yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
        handler.close()


class _LoggedWarnings:
    """While at least one run is logged, warnings are logged, and shown as they would be without.

    `logging.captureWarnings` would hide them from who uses the Python API; a screen hides them in any case.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs = 0
        self._show = warnings.showwarning

    def __enter__(self) -> None:
        with self._lock:
            self._runs += 1
            if warnings.showwarning != self._log:
                self._show, warnings.showwarning = warnings.showwarning, self._log

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._runs -= 1
            if not self._runs and warnings.showwarning == self._log:
                warnings.showwarning = self._show

    def _log(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        # `warnings.catch_warnings` in another thread may bring this function back after the last run has ended.
        if file is None and self._runs:
            LOGGER.warning("%s:%d: %s: %s", filename, lineno, category.__name__, message)
        self._show(message, category, filename, lineno, file, line)


_LOGGED_WARNINGS = _LoggedWarnings()
