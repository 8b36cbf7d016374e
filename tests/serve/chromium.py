"""Pages of a server in Chromium, and the line between the two, which can be cut."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.browser import CHROMIUM, Tab
from tests.serve.conftest import TOKEN

in_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

NO_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
HARMLESS = ("inline style", "WebGL", "ERR_CONNECTION", "WebSocket connection to")
"""Parts of messages of Chromium that are no mistakes of the page."""

TEXT = """import("/page/terminal.js").then(({ terminal: { rows, buffer } }) =>
  Array.from({ length: rows }, (_, y) => buffer.active.getLine(y).translateToString(true)).join("\\n"))"""


async def open_page(page: Tab, address: str, path: str = "/") -> None:
    """Open a page and wait until it shows its dashboard and has the keyboard."""
    await page.open(f"{address}/?token={TOKEN}" if path == "/" else address + path)
    await shows(page, "shown")
    await page.until(lambda: page.evaluate("document.activeElement.tagName == 'TEXTAREA'"))


async def shows(page: Tab, state: str) -> None:
    """Wait until the page is in a state of state.js."""
    await page.until(lambda: page.evaluate(f"document.body.dataset.state == '{state}'"))


async def text_of(page: Tab, until: str = "") -> str:
    """Return what the terminal shows, once it shows this text."""

    async def found() -> bool:
        return until in await page.evaluate(TEXT)

    await page.until(found)
    return str(await page.evaluate(TEXT))


def mistakes(page: Tab) -> list[str]:
    """Return what Chromium complained of."""
    return [text for text in page.messages if not any(part in text for part in HARMLESS)]


class Line:
    """Passes on what a browser and a server say to each other, unless it is cut or silent."""

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._listener: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self.port = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def mend(self) -> None:
        self._flows.set()
        if self._listener is None:
            self._listener = await asyncio.start_server(self._join, "127.0.0.1", self.port)
            self.port = self._listener.sockets[0].getsockname()[1]

    def silence(self) -> None:
        """Pass on nothing, as when a laptop slept and woke elsewhere; nobody is told."""
        self._flows.clear()

    def cut(self) -> None:
        if self._listener:
            self._listener.close()
            self._listener = None
        for writer in self._writers:
            writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        ends = {writer, far_writer}
        self._writers |= ends
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
        self._writers -= ends

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def line_to(port: int) -> AsyncIterator[Line]:
    """Yield a line to the server at a port of this machine."""
    line = Line(port)
    await line.mend()
    try:
        yield line
    finally:
        line.cut()
