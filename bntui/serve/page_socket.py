"""The websocket of a page: what it may send, and no more output at a time than it takes."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from bntui.printable_text import printable
from bntui.serve.downloads import Offer
from bntui.serve.session import CloseCode, Session

LONGEST_MESSAGE = 1 << 16
"""Bytes that a page may send at once, such as a pasted text."""

MOST_AHEAD = 1 << 15
"""Bytes that are sent before the page must answer. Without a limit, a slow line would show the past: what is between
the server and the page, such as SSH, takes megabytes."""

IDLE_SECONDS = 15.0
_MARK = b"taken"


class PageSocket:
    """Connects a page with a session until one of them ends, or another page takes the session over."""

    def __init__(self) -> None:
        self._socket = web.WebSocketResponse(heartbeat=IDLE_SECONDS, max_msg_size=LONGEST_MESSAGE, autoping=False)
        self._taken = asyncio.Event()
        self._ahead = 0

    async def open(self, request: web.Request) -> web.WebSocketResponse:
        """Answer the request that opens the connection, and return the answer."""
        await self._socket.prepare(request)
        return self._socket

    async def connect(self, session: Session, width: int, height: int) -> None:
        """Show a session in a window of this size, and pass on what the page sends."""
        session.attach(self, width, height)
        try:
            async for message in self._socket:
                try:
                    await self._receive(message, session)
                except (ValueError, RecursionError):
                    await self._socket.close(code=WSCloseCode.UNSUPPORTED_DATA, message=b"malformed message")
        finally:
            session.detach(self)

    async def show(self, data: bytes) -> None:
        """Send what the terminal receives, and wait until it can take more."""
        with contextlib.suppress(ConnectionError):
            await self._socket.send_bytes(data)
            self._ahead += len(data)
            if self._ahead > MOST_AHEAD:
                self._taken.clear()
                await self._socket.ping(_MARK)
                await self._taken.wait()
                self._ahead = 0

    async def describe(self, screen: dict[str, Any]) -> None:
        """Send what the screen shows as text, if it is known."""
        if screen:
            await self._send(["page", screen])

    async def offer(self, offer: Offer) -> None:
        """Offer a file for download."""
        await self._send(["download", {"address": offer.address, "name": printable(offer.name)}])

    async def end(self, code: CloseCode, text: str) -> None:
        """Tell why the page shows no session, and close the connection."""
        await self._send(["end", {"text": text}])
        with contextlib.suppress(ConnectionError):
            await self._socket.close(code=code)

    async def _send(self, message: list[Any]) -> None:
        with contextlib.suppress(ConnectionError):
            await self._socket.send_json(message)

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
                await session.process.type(text)
            case ["resize", {"width": int(width), "height": int(height)}]:
                await session.process.resize(width, height)
            case ["focus" | "blur" as event]:
                await session.process.focus(event == "focus")
            case ["stop"]:
                session.stop("Stopped from its page.")
            case ["ping", str(mark)]:
                await self._socket.send_json(["pong", mark])
            case _:
                raise ValueError("unknown message")
