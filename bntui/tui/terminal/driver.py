"""Terminal drivers that outlive their terminal: if it disappears, writes are dropped and training continues."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import IO, Any

from textual.driver import Driver

from bntui import process_clock
from bntui.tui.terminal.textual_internals import wrap_output


def detachable(driver: type[Driver], on_lost: Callable[[], None], on_write: Callable[[int], None]) -> type[Driver]:
    """Return a subclass of a driver that drops what it cannot write.

    `on_lost` is called from the writing thread when a write fails, perhaps more than once; `on_write` with the number
    of bytes of each write. The time between ctrl+z and fg is not counted by `process_clock`.
    """

    class DetachableDriver(driver):  # type: ignore[misc,valid-type]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._suspended_at = time.perf_counter()
            wrap_output(self, lambda file: _LossyFile(file, on_lost, on_write))

        def suspend_application_mode(self) -> None:
            super().suspend_application_mode()
            self._suspended_at = time.perf_counter()

        def resume_application_mode(self) -> None:
            process_clock.exclude(time.perf_counter() - self._suspended_at)
            super().resume_application_mode()

    return DetachableDriver


class _LossyFile:
    # An OSError would end Textual's writing thread, and whoever writes next would wait for it forever.
    def __init__(self, file: IO[str], on_lost: Callable[[], None], on_write: Callable[[int], None]) -> None:
        self._file = file
        self._on_lost = on_lost
        self._on_write = on_write

    def write(self, text: str) -> None:
        self._on_write(len(text.encode()))
        self._attempt(lambda: self._file.write(text))

    def flush(self) -> None:
        self._attempt(self._file.flush)

    def _attempt(self, action: Callable[[], object]) -> None:
        try:
            action()
        except OSError:
            self._on_lost()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def detach() -> None:
    """Redirect standard input, output and error to the null device."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    os.close(null)
