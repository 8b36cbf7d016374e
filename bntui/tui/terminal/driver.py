"""Terminal drivers that outlive their terminal, and do not wait for a slow one."""

from __future__ import annotations

import contextvars
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

from textual.driver import Driver

from bntui import process_clock
from bntui.tui.terminal.screen_output import ScreenOutput
from bntui.tui.terminal.textual_internals import wrap_output


@dataclass(frozen=True)
class TerminalEvents:
    """What a driver reports.

    `lost` is called from the writing thread when a write fails, perhaps more than once; `wrote` in that thread with the
    number of bytes of each write. The others are called in the app's thread: `busy` when the screen begins to wait for
    the terminal, `free`, perhaps more than once, when the terminal has taken all of it; `detached` when nobody looks at
    the terminal, `attached` when another, empty one of this width and height takes its place.
    """

    lost: Callable[[], object]
    wrote: Callable[[int], object]
    busy: Callable[[], object]
    free: Callable[[], object]
    detached: Callable[[], object]
    attached: Callable[[int, int], object]


def detachable(driver: type[Driver], report: TerminalEvents) -> type[Driver]:
    """Return a subclass of a driver that drops what it cannot write, and tells when the terminal is behind.

    The time between ctrl+z and fg is not counted by `process_clock`.

    Without this, an OSError would end Textual's writing thread, and whoever writes next would wait for it forever; and
    the app would wait for a terminal that takes the screen slowly, instead of reading keys.

    Textual enters application mode at every SIGCONT, which starts a second input and a second output thread if the
    mode was never left. The kernel sends SIGCONT with every hang-up: an input thread that then missed the exit event
    would read the dead terminal without end, and the process would never exit.
    """

    class DetachableDriver(driver):  # type: ignore[misc,valid-type]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._entered = self._suspended = False
            self._given = 0
            self._output: ScreenOutput | None = None
            self._context = contextvars.copy_context()
            wrap_output(self, self._open_output)

        def _open_output(self, file: IO[str]) -> ScreenOutput:
            # Textual writes to standard error, which may be redirected.
            self._output = ScreenOutput(sys.__stdout__ or file, report.lost, report.wrote, self._report_free)
            return self._output

        # A slow terminal

        @property
        def _busy(self) -> bool:
            # Each number is changed by one thread only.
            return self._output is not None and self._given > self._output.taken

        def write(self, data: str) -> None:
            if self._output is not None:
                self._given += 1
                report.busy()
            super().write(data)

        def _report_free(self) -> None:
            if not self._busy and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._free, context=self._context)

        def _free(self) -> None:
            if not self._busy:
                report.free()

        def start_application_mode(self) -> None:
            self._set_leaving(False)
            self._entered = True
            super().start_application_mode()

        def stop_application_mode(self) -> None:
            self._set_leaving(True)
            self._entered = False
            super().stop_application_mode()

        def close(self) -> None:
            if self._entered:
                self.stop_application_mode()
            super().close()

        def _set_leaving(self, leaving: bool) -> None:
            if self._output is not None:
                self._output.leaving = leaving

        # Suspension. A signal handler must not write: it may have interrupted a write that holds the queue's lock.

        def suspend_application_mode(self) -> None:
            super().suspend_application_mode()
            self._suspended = True
            process_clock.stop()

        def resume_application_mode(self) -> None:
            self._suspended = False
            process_clock.start()
            super().resume_application_mode()
            self._loop.call_soon_threadsafe(partial(self._app.refresh, layout=True), context=self._context)

        def _sigtstp_application(self, *_: object) -> None:
            suspend = super()._sigtstp_application
            if self._app.is_running:
                self._loop.call_soon_threadsafe(suspend, context=self._context)
            else:
                suspend()

        def _sigcont_application(self, *_: object) -> None:
            if self._suspended:
                super()._sigcont_application()
            elif not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._reenter_application_mode, context=self._context)

        def _reenter_application_mode(self) -> None:
            """Restore the terminal's modes, which the shell has changed if the process was stopped by SIGSTOP."""
            if self._app.is_running and not self._suspended and os.isatty(self.fileno):
                self.suspend_application_mode()
                self.resume_application_mode()

    return DetachableDriver


def detach_if_gone() -> None:
    """If the terminal is gone, redirect standard input, output and error to the null device."""
    if os.isatty(0):
        # SIGHUP came from a program; the terminal can be restored.
        return
    # Warnings would go to standard error.
    logging.captureWarnings(True)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    os.close(null)
