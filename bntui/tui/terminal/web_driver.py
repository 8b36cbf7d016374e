"""A driver for a page of `bntui serve`, which outlives its page: the end of its input is the loss of its terminal."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

from textual.drivers.web_driver import WebDriver

from bntui.tui.terminal.driver import TerminalEvents
from bntui.tui.terminal.textual_internals import replace_write


def detachable_page(driver: type[WebDriver], report: TerminalEvents) -> type[WebDriver]:
    """Return a subclass of Textual's web driver that drops what it cannot write.

    It is never `busy`: the socket of a page blocks while the page takes nothing, and screens wait with it.
    """

    class DetachablePage(driver):  # type: ignore[misc,valid-type]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            replace_write(self, self._write_or_drop)

        def start_application_mode(self) -> None:
            # Textual's handlers of signals would end the app, but not the training after it.
            former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
            super().start_application_mode()
            for number, handler in former.items():
                asyncio.get_running_loop().remove_signal_handler(number)
                signal.signal(number, handler)

        def run_input_thread(self) -> None:
            super().run_input_thread()
            if not self.exit_event.is_set():
                report.lost()

        def _write_or_drop(self, data: bytes) -> None:
            report.wrote(len(data))
            try:
                # A signal may end a write early, and the next packet must not begin within this one.
                while data:
                    data = data[os.write(self.fileno, data) :]
            except OSError:
                report.lost()

    return DetachablePage
