"""A driver for the pages of `bntui serve`, which come and go: the end of its input is the loss of its terminal.

Beside Textual's packets it takes `detach`, when no page shows the dashboard, and `attach` with the number and the size
of a new page. It answers with `attached` and the number: what follows is drawn for that page, whose terminal is empty.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import os
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
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
            self._setup: list[bytes] = []
            self._is_starting = False
            self._newest_page = 0
            self._writer = threading.Thread(target=self._write_packets, name="page-output", daemon=True)
            replace_write(self, self._give)

        def start_application_mode(self) -> None:
            self._writer.start()
            # Textual's handlers of signals would end the app, but not the training after it.
            former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
            self._is_starting = True
            super().start_application_mode()
            self._is_starting = False
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

        def on_meta(self, packet_type: str, payload: dict[str, Any]) -> None:
            if packet_type == "attach":
                self._newest_page = payload["page"]
                self._call(partial(self._attach, payload))
            elif packet_type == "detach":
                self._call(self._detach)
            else:
                super().on_meta(packet_type, payload)

        def _attach(self, page: dict[str, Any]) -> None:
            if page["page"] != self._newest_page:
                # Pages came faster than the screen can be laid out for them.
                return
            report.attached(page["width"], page["height"])
            super().on_meta("resize", page)
            self.write_meta({"type": "attached", "page": page["page"]})
            for packet in self._setup:
                self._give(packet)

        def _detach(self) -> None:
            super().on_meta("blur", {})
            report.detached()

        def run_input_thread(self) -> None:
            super().run_input_thread()
            if not self.exit_event.is_set():
                report.lost()

        def _call(self, callback: Callable[[], object]) -> None:
            # The loop is closed if the app ended before.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(callback, context=self._context)

        def _give(self, packet: bytes) -> None:
            if self._is_starting and packet.startswith(b"D"):
                # What sets up a terminal is the same for each page.
                self._setup.append(packet)
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
                self._call(self._free)

        def _free(self) -> None:
            # Each number is changed by one thread only.
            if self._given == self._taken:
                report.free()

    return DetachablePage
