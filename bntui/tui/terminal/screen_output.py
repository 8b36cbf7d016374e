"""The terminal as the screen's writer sees it: on a slow line, what is no longer worth sending is dropped."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import IO

from bntui.lossy_file import LossyFile

_CHUNK = 2048
"""Characters that are written at once; less than this is never dropped, so control sequences are always sent."""


class ScreenOutput(LossyFile):
    """Writes each text in chunks; drops the rest of a text if the terminal is resized, or is to be left.

    One thread writes. `taken` is the number of texts that the terminal has taken or that were dropped; `on_taken` is
    called in the writing thread after each of them. The others are those of `LossyFile`.
    """

    def __init__(
        self,
        file: IO[str],
        on_lost: Callable[[], object],
        on_write: Callable[[int], object],
        on_taken: Callable[[], object],
    ) -> None:
        super().__init__(file, on_lost, on_write)
        self._on_taken = on_taken
        self.taken = 0
        self.leaving = False
        """Set to drop all that is not yet sent, because the screen ends."""

    def write(self, text: str) -> None:
        size = self._size()
        for chunk in _chunks(text):
            super().write(chunk)
            self.flush()
            if self.leaving or self._size() != size:
                break
        self.taken += 1
        self._on_taken()

    def _size(self) -> os.terminal_size | None:
        try:
            return os.get_terminal_size(self.fileno())
        except (OSError, ValueError):
            return None


def _chunks(text: str) -> Iterator[str]:
    """Split before escape sequences, so that none is cut in two."""
    start = 0
    while start < len(text):
        end = text.find("\x1b", start + _CHUNK)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end
