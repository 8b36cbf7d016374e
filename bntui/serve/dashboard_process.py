"""The process of a session: a dashboard that draws into a socket, in the packets of Textual's web driver.

The process treats the end of its socket as the loss of its terminal, even if this server was killed: its training
stops, or continues if it was started without `--exit-on-hangup`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import struct
import subprocess
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WIDEST, HIGHEST = 500, 200
"""The largest window, in cells; the memory of a dashboard grows with its window."""

BUFFER = 1 << 14
"""Bytes between a dashboard and the server: what is in a buffer is shown late on a slow line."""

_READY = b"__GANGLION__\n"
_HEADER = struct.Struct(">cI")
_LARGEST_PACKET = 1 << 24
_KEPT_TEXT = 4096
_POLL_SECONDS = 0.1

END_SECONDS = 5.0
"""Time that a process has to end after its screen; one whose training continues without a screen takes longer."""


@dataclass(frozen=True, slots=True)
class Attached:
    """What follows is drawn for this page, from an empty terminal on."""

    page: int


Output = bytes | Path | Attached | dict[str, Any]
"""Bytes for a page's terminal, a file for its reader, the page for which the next is drawn, or a text of the screen."""


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class DashboardProcess:
    """A dashboard's process. Its output, and whether it has ended, do not depend on each other."""

    def __init__(self, process: subprocess.Popen[bytes], input_: Stream, output: Stream, errors: Stream) -> None:
        self._process = process
        # One socket for both would lose output when input is written after the end.
        _, self._input = input_
        self._output, self._printed = output
        self._errors = asyncio.create_task(_end_of(*errors))

    @classmethod
    async def start(cls, command: Sequence[str], width: int, height: int) -> DashboardProcess:
        """Start the process for a window of this many cells; it draws for page 1. Raises OSError."""
        own, others = zip(*(socket.socketpair() for _ in range(3)), strict=True)
        try:
            # Not asyncio's subprocesses: their end kills a process whose training should go on.
            process = _started(command, width, height, others)
        except OSError:
            for end in own:
                end.close()
            raise
        finally:
            for end in others:
                end.close()
        return cls(process, *[await asyncio.open_connection(sock=end, limit=BUFFER) for end in own])

    async def output(self) -> AsyncIterator[Output]:
        """Yield what a page receives until the dashboard ends."""
        # What is no packet was printed before the dashboard began.
        with contextlib.suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
            await self._output.readuntil(_READY)
            while True:
                kind, size = _HEADER.unpack(await self._output.readexactly(_HEADER.size))
                if kind not in (b"D", b"M") or size > _LARGEST_PACKET:
                    return
                payload = await self._output.readexactly(size)
                if kind == b"D":
                    yield payload
                    continue
                message: dict[str, Any] = json.loads(payload)
                match message:
                    case {"type": "exit"}:
                        return
                    case {"type": "attached", "page": int(page)}:
                        yield Attached(page)
                    case {"type": "page", **contents}:
                        yield contents
                    case {"type": "deliver_file_start", "path": str(path)}:
                        yield Path(path)

    async def outcome(self) -> str:
        """Return, after `output`, what the process printed at its end: how its run ended, or why it failed."""
        printed = asyncio.create_task(_end_of(self._output, self._printed))
        try:
            async with asyncio.timeout(END_SECONDS):
                return await self.errors() if await self.ended() else await printed
        except TimeoutError:
            return f"The screen has ended; process {self._process.pid} goes on. `bntui runs` lists what it trains."
        finally:
            printed.cancel()

    async def type(self, text: str) -> None:
        """Send keys, or what a terminal answers."""
        self._send(b"D", text.encode())
        await self._sent()

    async def resize(self, width: int, height: int) -> None:
        """Send the window's new size."""
        self._tell("resize", **_size(width, height))
        await self._sent()

    async def focus(self, focused: bool) -> None:
        """Tell whether the page has the keyboard."""
        self._tell("focus" if focused else "blur")
        await self._sent()

    def attach(self, page: int, width: int, height: int) -> None:
        """Have all of the screen drawn for a page whose terminal is empty; `Attached` precedes it in the output."""
        self._tell("attach", page=page, **_size(width, height))

    def detach(self) -> None:
        """Have nothing drawn until a page is attached."""
        self._tell("detach")

    def terminate(self) -> None:
        """Ask the process to stop training, and to end."""
        self._process.terminate()

    def hang_up(self) -> None:
        """Close the terminal of the process."""
        self._input.transport.abort()
        self._printed.transport.abort()

    async def ended(self) -> int:
        """Wait for the end of the process and return its status."""
        # No thread, which would delay the server's own end.
        while (status := self._process.poll()) is None:
            await asyncio.sleep(_POLL_SECONDS)
        return status

    async def errors(self) -> str:
        """Wait until the process has closed its standard error, and return the end of what it wrote there."""
        return await asyncio.shield(self._errors)

    def _tell(self, kind: str, **values: Any) -> None:
        self._send(b"M", json.dumps({"type": kind, **values}).encode())

    def _send(self, kind: bytes, payload: bytes) -> None:
        if not self._input.is_closing():
            self._input.write(_HEADER.pack(kind, len(payload)) + payload)

    async def _sent(self) -> None:
        with contextlib.suppress(ConnectionError):
            await self._input.drain()


def _started(
    command: Sequence[str], width: int, height: int, files: Sequence[socket.socket]
) -> subprocess.Popen[bytes]:
    standard_input, output, errors = files
    output.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
    return subprocess.Popen(
        command,
        stdin=standard_input.fileno(),
        stdout=output.fileno(),
        stderr=errors.fileno(),
        env=_environment(width, height),
        # Ctrl+C in the server's terminal is for the server.
        start_new_session=True,
    )


def fitting(width: int, height: int) -> tuple[int, int]:
    """Return the nearest size of a window that is allowed, in cells."""
    return min(max(width, 1), WIDEST), min(max(height, 1), HIGHEST)


def _size(width: int, height: int) -> dict[str, int]:
    return dict(zip(("width", "height"), fitting(width, height), strict=True))


def _environment(width: int, height: int) -> dict[str, str]:
    width, height = fitting(width, height)
    return {
        **os.environ,
        "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "COLUMNS": str(width),
        "ROWS": str(height),
    }


async def _end_of(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    """Return the last characters that arrive, once no more do."""
    kept = b""
    with contextlib.suppress(ConnectionError), contextlib.closing(writer):
        while data := await reader.read(_KEPT_TEXT):
            kept = (kept + data)[-_KEPT_TEXT:]
    return kept.decode(errors="replace")
