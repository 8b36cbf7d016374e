"""The process behind a page: a dashboard that draws into a socket, in the packets of Textual's web driver.

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
from pathlib import Path
from typing import Any

WIDEST, HIGHEST = 500, 200
"""The largest window, in cells; the memory of a dashboard grows with its window."""

BUFFER = 1 << 14
"""Bytes between a dashboard and the server: what is in a buffer is shown late on a slow line."""

_READY = b"__GANGLION__\n"
_HEADER = struct.Struct(">cI")
_LARGEST_PACKET = 1 << 24
_KEPT_ERRORS = 4096
_POLL_SECONDS = 0.1


class Session:
    """A dashboard's process. Its output, and whether it has ended, do not depend on each other."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        terminal: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        errors: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self._process = process
        self._output, self._input = terminal
        self._errors = asyncio.create_task(_end_of(*errors))

    @classmethod
    async def start(cls, command: Sequence[str], width: int, height: int) -> Session:
        """Start the process for a window of this many cells. Raises OSError."""
        # Not asyncio's subprocesses: their end kills a process whose training should go on.
        terminal, process_terminal = socket.socketpair()
        errors, process_errors = socket.socketpair()
        with process_terminal, process_errors:
            process_terminal.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
            try:
                process = subprocess.Popen(
                    command,
                    stdin=process_terminal.fileno(),
                    stdout=process_terminal.fileno(),
                    stderr=process_errors.fileno(),
                    env=_environment(width, height),
                    # Ctrl+C in the server's terminal is for the server.
                    start_new_session=True,
                )
            except OSError:
                terminal.close()
                errors.close()
                raise
        return cls(
            process,
            await asyncio.open_connection(sock=terminal, limit=BUFFER),
            await asyncio.open_connection(sock=errors),
        )

    async def output(self) -> AsyncIterator[bytes | Path]:
        """Yield what the page's terminal receives, and files for its reader, until the dashboard ends."""
        # What is no packet was printed before the dashboard began, or after its end.
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
                message = json.loads(payload)
                if message.get("type") == "exit":
                    return
                if message.get("type") == "deliver_file_start":
                    yield Path(message["path"])

    async def type(self, text: str) -> None:
        """Send keys, or what a terminal answers."""
        await self._send(b"D", text.encode())

    async def resize(self, width: int, height: int) -> None:
        """Send the window's new size."""
        width, height = fitting(width, height)
        await self._send_event("resize", width=width, height=height)

    async def focus(self, focused: bool) -> None:
        """Tell whether the page has the keyboard."""
        await self._send_event("focus" if focused else "blur")

    def hang_up(self, terminate: bool) -> None:
        """Close the terminal of the process; with `terminate`, also ask a process to stop that is only starting."""
        if terminate:
            self._process.terminate()
        self._input.transport.abort()

    async def ended(self) -> int:
        """Wait for the end of the process and return its status."""
        # No thread, which would delay the server's own end.
        while (status := self._process.poll()) is None:
            await asyncio.sleep(_POLL_SECONDS)
        return status

    async def errors(self) -> str:
        """Wait until the process has closed its standard error, and return the end of what it wrote there."""
        return await self._errors

    async def _send_event(self, kind: str, **values: Any) -> None:
        await self._send(b"M", json.dumps({"type": kind, **values}).encode())

    async def _send(self, kind: bytes, payload: bytes) -> None:
        # A process that has ended needs no input.
        with contextlib.suppress(ConnectionError):
            self._input.write(_HEADER.pack(kind, len(payload)) + payload)
            await self._input.drain()


def fitting(width: int, height: int) -> tuple[int, int]:
    """Return the nearest size of a window that is allowed, in cells."""
    return min(max(width, 1), WIDEST), min(max(height, 1), HIGHEST)


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
    kept = b""
    with contextlib.suppress(ConnectionError), contextlib.closing(writer):
        while data := await reader.read(_KEPT_ERRORS):
            kept = (kept + data)[-_KEPT_ERRORS:]
    return kept.decode(errors="replace")
