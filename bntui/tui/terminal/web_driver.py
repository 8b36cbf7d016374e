"""A driver for a page of `bntui serve`, which outlives its page: the end of its input is the loss of its terminal."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import os
import signal
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO, TextIO

from textual.app import App
from textual.drivers.web_driver import WebDriver

from bntui.printable_text import printable
from bntui.tui.terminal.driver import TerminalEvents
from bntui.tui.terminal.textual_internals import replace_write, write_message

LEAVE_SECONDS = 1.0
"""Time that a page has to take the last packets."""


TELL_SECONDS = 3.0
"""How often a page is told what the screen shows, if that has changed."""


@dataclass(frozen=True, slots=True)
class ScreenText:
    """A screen without its picture: the title of its page, a table with its head, and messages, for screen readers."""

    title: str = "bntui"
    caption: str = ""
    table: Sequence[Sequence[str]] = ()
    messages: Sequence[str] = ()


def tell_page(app: App[Any], text: ScreenText) -> None:
    """Tell the page what its screen shows."""
    write_message(
        app,
        {
            "type": "page",
            "title": printable(text.title),
            "caption": printable(text.caption),
            "table": [[printable(cell) for cell in row] for row in text.table],
            "messages": [printable(message) for message in text.messages],
        },
    )


def deliver(app: App[Any], paths: Iterable[Path]) -> None:
    """Hand files to the reader's browser, if the app is shown in one."""
    for path in paths if app.is_web else ():
        # Somebody may have deleted it since.
        with contextlib.suppress(OSError):
            app.deliver_binary(path, save_directory=path.parent, save_filename=path.name)


def detachable_page(driver: type[WebDriver], report: TerminalEvents) -> type[WebDriver]:
    """Return a subclass of Textual's web driver that drops what it cannot write, and does not wait for a slow page."""

    class DetachablePage(driver):  # type: ignore[misc,valid-type]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._packets: SimpleQueue[bytes] = SimpleQueue()
            self._given = self._taken = 0
            self._context = contextvars.copy_context()
            self._writer = threading.Thread(target=self._write_packets, name="page-output", daemon=True)
            replace_write(self, self._give)

        def start_application_mode(self) -> None:
            self._writer.start()
            # Textual's handlers of signals would end the app, but not the training after it.
            former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
            super().start_application_mode()
            for number, handler in former.items():
                asyncio.get_running_loop().remove_signal_handler(number)
                signal.signal(number, handler)

        def stop_application_mode(self) -> None:
            super().stop_application_mode()
            self._packets.put(b"")
            self._writer.join(LEAVE_SECONDS)

        def deliver_binary(self, binary: BinaryIO | TextIO, *, delivery_key: str, save_path: Path, **_: Any) -> None:
            # The server reads the file itself, faster than in packets beside the screen's, and also after the end.
            binary.close()
            self.write_meta({"type": "deliver_file_start", "key": delivery_key, "path": str(save_path.absolute())})

        def run_input_thread(self) -> None:
            super().run_input_thread()
            if not self.exit_event.is_set():
                report.lost()

        def _give(self, packet: bytes) -> None:
            self._given += 1
            report.busy()
            self._packets.put(packet)

        def _write_packets(self) -> None:
            while packet := self._packets.get():
                report.wrote(len(packet))
                try:
                    # A signal may end a write early, and the next packet must not begin within this one.
                    while packet:
                        packet = packet[os.write(self.fileno, packet) :]
                except OSError:
                    report.lost()
                self._taken += 1
                # The loop is closed if the app ended before.
                with contextlib.suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(self._free, context=self._context)

        def _free(self) -> None:
            # Each number is changed by one thread only.
            if self._given == self._taken:
                report.free()

    return DetachablePage
