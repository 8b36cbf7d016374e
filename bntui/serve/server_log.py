"""The server's log: one short line per event, and few of them, so that nobody can fill a disk by asking."""

from __future__ import annotations

import logging
import time

from bntui.printable_text import excerpt

MOST_LINES = 20
"""Lines within `SECONDS`; the others are counted."""
SECONDS = 60.0
LENGTH = 300


class OneLine(logging.Formatter):
    """Writes a message and its exception on one line, without the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        error = record.exc_info[1] if record.exc_info else None
        cause = f": {type(error).__name__}: {error}" if error else ""
        return f"bntui: {excerpt(record.getMessage() + cause, LENGTH)}"


class FewLines(logging.Filter):
    """Lets through a number of records a minute, the last of which says that others are left out."""

    def __init__(self) -> None:
        super().__init__()
        self._begin = -SECONDS
        self._lines = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write a record."""
        now = time.monotonic()
        if now - self._begin >= SECONDS:
            self._begin, self._lines = now, 0
        self._lines += 1
        if self._lines == MOST_LINES:
            record.msg, record.args, record.exc_info = f"more than {MOST_LINES} messages a minute: not shown", (), None
        return self._lines <= MOST_LINES


def begin() -> None:
    """Write warnings and errors of all libraries to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine())
    handler.addFilter(FewLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
