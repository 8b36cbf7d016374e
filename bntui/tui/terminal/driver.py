"""A terminal that may go away, as when a connection breaks: nobody is told of the screen, and training goes on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import IO, Any

from textual.driver import Driver

from bntui import process_clock


def lasting(driver: type[Driver], lost: Callable[[], None], wrote: Callable[[int], None]) -> type[Driver]:
    """The driver, but for a terminal that is gone: what cannot be written is dropped, and `lost` is called.

    `lost` is called from the thread that writes, perhaps more than once, and `wrote` with the bytes of each text. And
    what the process stands still between ctrl+z and fg is not counted as running.
    """

    class Lasting(driver):  # type: ignore[misc,valid-type]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._left = time.perf_counter()
            file = getattr(self, "_file", None)
            if file is not None:
                setattr(self, "_file", _Dropping(file, lost, wrote))  # noqa: B010  (not every driver has one)

        def suspend_application_mode(self) -> None:
            super().suspend_application_mode()
            self._left = time.perf_counter()

        def resume_application_mode(self) -> None:
            process_clock.stood_still(time.perf_counter() - self._left)
            super().resume_application_mode()

    return Lasting


class _Dropping:
    # Textual's thread that writes would end with the first error, and whoever writes next wait for it for ever.
    def __init__(self, file: IO[str], lost: Callable[[], None], wrote: Callable[[int], None]) -> None:
        self._file = file
        self._lost = lost
        self._wrote = wrote

    def write(self, text: str) -> None:
        self._wrote(len(text.encode()))
        self._try(lambda: self._file.write(text))

    def flush(self) -> None:
        self._try(self._file.flush)

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except OSError:
            self._lost()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def let_go() -> None:
    """Standard input and output lead nowhere from here on."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    os.close(nowhere)
