"""The websocket of a page: what it may send, and no more output at a time than it takes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from pathlib import Path

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from bntui.printable_text import printable
from bntui.serve.downloads import Downloads
from bntui.serve.session import Session

LOGGER = logging.getLogger(__name__)

LONGEST_MESSAGE = 1 << 16
"""Bytes that a page may send at once, such as a pasted text."""

MOST_AHEAD = 1 << 15
"""Bytes that are sent before the page must answer. Without a limit, a slow line would show the past: what is between
the server and the page, such as SSH, takes megabytes."""

IDLE_SECONDS = 15.0
_MARK = b"taken"


class PageSocket:
    """Connects a page with a dashboard until one of them ends."""

    def __init__(self, downloads: Downloads) -> None:
        self._downloads = downloads
        self._socket = web.WebSocketResponse(heartbeat=IDLE_SECONDS, max_msg_size=LONGEST_MESSAGE, autoping=False)
        self._taken = asyncio.Event()
        self._ahead = 0

    async def open(self, request: web.Request) -> web.WebSocketResponse:
        """Answer the request that opens the connection, and return the answer."""
        await self._socket.prepare(request)
        return self._socket

    async def connect(self, session: Session) -> None:
        """Show a dashboard, and pass on what the page sends."""
        showing = asyncio.create_task(self._show(session))
        try:
            async for message in self._socket:
                try:
                    await self._receive(message, session)
                except (ValueError, RecursionError):
                    await self._socket.close(code=WSCloseCode.UNSUPPORTED_DATA, message=b"malformed message")
        finally:
            showing.cancel()
            await asyncio.wait([showing])

    async def end(self, text: str) -> None:
        """Show a text instead of the dashboard, if there is one, and close the connection."""
        if text:
            lines = "\r\n".join(printable(line) for line in text.splitlines())
            await self._socket.send_bytes(f"\x1b[?1003l\x1b[?1000l\x1b[?1049l\x1b[2J\x1b[H{lines}\r\n".encode())
        await self._socket.close()

    async def _show(self, session: Session) -> None:
        with contextlib.suppress(ConnectionError):
            async for output in session.output():
                await (self._offer(output) if isinstance(output, Path) else self._send(output))
            failed = await session.ended() != 0
            await self.end(await session.errors() if failed else "")

    async def _offer(self, path: Path) -> None:
        """Offer the page a file to download."""
        try:
            offer = self._downloads.offer(path)
        except OSError as error:
            LOGGER.warning("%s cannot be offered for download: %s", path, error.strerror or error)
        else:
            await self._socket.send_json(["download", {"address": offer.address, "name": printable(offer.name)}])

    async def _send(self, data: bytes) -> None:
        await self._socket.send_bytes(data)
        self._ahead += len(data)
        if self._ahead > MOST_AHEAD:
            self._taken.clear()
            await self._socket.ping(_MARK)
            await self._taken.wait()
            self._ahead = 0

    async def _receive(self, message: WSMessage, session: Session) -> None:
        if message.type is WSMsgType.PING:
            await self._socket.pong(message.data)
        elif message.type is WSMsgType.PONG:
            if message.data == _MARK:
                self._taken.set()
        elif message.type is WSMsgType.TEXT:
            await self._obey(json.loads(message.data), session)
        else:
            raise ValueError(message.type)

    async def _obey(self, message: object, session: Session) -> None:
        match message:
            case ["stdin", str(text)]:
                await session.type(text)
            case ["resize", {"width": int(width), "height": int(height)}]:
                await session.resize(width, height)
            case ["focus" | "blur" as event]:
                await session.focus(event == "focus")
            case ["ping", str(mark)]:
                await self._socket.send_json(["pong", mark])
            case _:
                raise ValueError("unknown message")
