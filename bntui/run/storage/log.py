"""The log in a run's folder: notices, errors and the outcome of the run, for use without a screen."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

NAME = "worker.log"
MOST_BYTES = 2**20
"""The most that waits to be written, in bytes; older lines are dropped."""

LOGGER = logging.getLogger("bntui")
LOGGER.setLevel(logging.INFO)
# Without a run folder there is no log file, and the default handler would print over the screen.
LOGGER.addHandler(logging.NullHandler())


class LogFile(logging.Handler):
    """Appends records to a file, opened for each of them; what cannot be written waits for the next record.

    The file is recreated if it disappears, and a symbolic link is not followed.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._waiting = b""
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, and those that could not be written before."""
        try:
            self._waiting = (self._waiting + f"{self.format(record)}\n".encode())[-MOST_BYTES:]
            with FileIO(self._path, "ab", opener=_open_file) as file:
                self._waiting = self._waiting[file.write(self._waiting) :]
        except Exception:
            # There is nowhere to report it, and whoever logs must not fail.
            return


def _open_file(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)


@contextmanager
def logged(folder: Path) -> Iterator[None]:
    """Write bntui's log, and the warnings of all libraries, to the run's folder."""
    handler = LogFile(folder / NAME)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
