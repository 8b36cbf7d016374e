"""Terminal drivers that outlive their terminal: if it disappears, writes are dropped and training continues."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from textual.driver import Driver

from bntui import process_clock
from bntui.lossy_file import LossyFile
from bntui.tui.terminal.textual_internals import wrap_output


def detachable(driver: type[Driver], on_lost: Callable[[], None], on_write: Callable[[int], None]) -> type[Driver]:
    """Return a subclass of a driver that drops what it cannot write.

    `on_lost` is called from the writing thread when a write fails, perhaps more than once; `on_write` with the number
    of bytes of each write. The time between ctrl+z and fg is not counted by `process_clock`.

    Without this, an OSError would end Textual's writing thread, and whoever writes next would wait for it forever.

    Textual enters application mode at every SIGCONT, which starts a second input and a second output thread if the
    mode was never left. The kernel sends SIGCONT with every hang-up: an input thread that then missed the exit event
    would read the dead terminal without end, and the process would never exit.
    """

    class DetachableDriver(driver):  # type: ignore[misc,valid-type]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._suspended_at: float | None = None
            wrap_output(self, lambda file: LossyFile(file, on_lost, on_write))

        def suspend_application_mode(self) -> None:
            super().suspend_application_mode()
            self._suspended_at = time.perf_counter()

        def resume_application_mode(self) -> None:
            if self._suspended_at is not None:
                process_clock.exclude(time.perf_counter() - self._suspended_at)
                self._suspended_at = None
            super().resume_application_mode()

        def _sigcont_application(self, *_: object) -> None:
            if self._suspended_at is not None:
                super()._sigcont_application()
            else:
                # A signal handler must not write: it may have interrupted a write that holds the queue's lock.
                self._loop.call_soon_threadsafe(self._reenter_application_mode)

        def _reenter_application_mode(self) -> None:
            """Restore the terminal's modes, which the shell has changed if the process was stopped by SIGSTOP."""
            if self._app.is_running and self._suspended_at is None and os.isatty(self.fileno):
                self.suspend_application_mode()
                self.resume_application_mode()
                self._app.refresh()

    return DetachableDriver


def detach() -> None:
    """Redirect standard input, output and error to the null device."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    os.close(null)
