"""Connections that have not shown the token yet: few at a time, and each for a few seconds only."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from bntui.serve.access import HEADERS

MOST_STRANGERS = 64
SECONDS = 10.0
"""Time within which a connection must send a request with the token."""


class Connection(web.RequestHandler):
    """A connection that closes unless a request is allowed in time; the oldest such one makes room for the newest."""

    __slots__ = ("_deadline", "_strangers")

    def __init__(self, strangers: dict[Connection, None], server: web.Server, **options: Any) -> None:
        super().__init__(server, loop=asyncio.get_running_loop(), **options)
        self._strangers = strangers
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the time that this connection has."""
        super().connection_made(transport)
        self._deadline = asyncio.get_running_loop().call_later(SECONDS, self.force_close)
        self._strangers[self] = None
        if len(self._strangers) > MOST_STRANGERS:
            oldest = next(iter(self._strangers))
            oldest.trust()
            oldest.force_close()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget this connection."""
        self.trust()
        super().connection_lost(exc)

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Answer a request that is malformed, or failed, in one line."""
        if status >= 500:
            self.logger.error("a request failed", exc_info=exc)
        if request.writer.output_size:
            raise ConnectionError("a response was already sent")
        text = "the request is malformed" if status == 400 else "the request failed"
        response = web.Response(status=status, text=f"{status}: {text}\n", headers=HEADERS)
        response.force_close()
        return response

    def trust(self) -> None:
        """Let this connection stay open: a request of it was allowed."""
        self._strangers.pop(self, None)
        if self._deadline:
            self._deadline.cancel()
