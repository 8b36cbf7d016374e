"""The last lines of a run's log, read while another thread or process may write it."""

from __future__ import annotations

import os
import re
from collections import deque
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from stat import S_ISREG

from bntui.printable_text import excerpt
from bntui.run.storage.log import NAME, open_log

MOST_LINES = 1_000
MOST_BYTES = 2**18
MOST_CHARACTERS = 2_000
"""Of a line."""

_BEGIN = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d{3} (DEBUG|INFO|WARNING|ERROR|CRITICAL) ?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a log, printable: local time ('2026-01-31 12:00:00'), level ('WARNING') and text.

    A line that goes on with the record before it, such as one of a traceback, has its time and level; they are '' where
    that record is not read.
    """

    time: str
    level: str
    text: str
    first: bool = True
    """Whether it is the first line of its record."""


class LogTail:
    """The last lines of the log in a folder; reading again reads only what was added since."""

    def __init__(self, folder: Path, most_lines: int = MOST_LINES) -> None:
        self._path = folder / NAME
        self._lines: deque[LogLine] = deque(maxlen=most_lines)
        self._forget()

    def _forget(self) -> None:
        self._lines.clear()
        self._file: tuple[int, int] | None = None
        self._end = 0
        self._rest = b""

    def read(self) -> tuple[LogLine, ...]:
        """Return the last lines, () where there is no log. Raises OSError.

        Read are at most `MOST_BYTES`; a file that was replaced or became shorter is read anew.
        """
        try:
            file = FileIO(self._path, "rb", opener=open_log)
        except FileNotFoundError:
            self._forget()
            return ()
        with file:
            status = os.fstat(file.fileno())
            if not S_ISREG(status.st_mode):
                raise OSError("it is not a regular file")
            identity = (status.st_dev, status.st_ino)
            if identity != self._file or status.st_size < self._end:
                self._forget()
            self._file = identity
            start = max(self._end, status.st_size - MOST_BYTES)
            skipped = start > self._end
            file.seek(start)
            self._add(file.read(MOST_BYTES), start, skipped)
        return self._with_rest()

    def _add(self, read: bytes, start: int, skipped: bool) -> None:
        self._end = start + len(read)
        if skipped:
            # What is left of the line in whose middle reading began tells nothing.
            self._lines.clear()
            self._rest = b""
            read = read.partition(b"\n")[2] or read
        *whole, rest = (self._rest + read).split(b"\n")
        self._rest = rest[-MOST_BYTES:]
        for line in whole[-MOST_LINES:]:
            self._lines.append(self._parsed(line))

    def _with_rest(self) -> tuple[LogLine, ...]:
        """Return the lines, the one that is being written among them."""
        return (*self._lines, self._parsed(self._rest)) if self._rest else tuple(self._lines)

    def _parsed(self, line: bytes) -> LogLine:
        text = excerpt(line.decode(errors="replace").rstrip(), MOST_CHARACTERS)
        begin = _BEGIN.fullmatch(text)
        if begin:
            return LogLine(begin[1], begin[2], begin[3])
        before = self._lines[-1] if self._lines else LogLine("", "", "")
        return LogLine(before.time, before.level, text, first=False)
