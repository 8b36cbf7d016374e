"""The web server: a page, the files that it needs, and a websocket that starts a dashboard and connects the two."""

from __future__ import annotations

import asyncio
import contextlib
import platform
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import textual_serve
from aiohttp import web

from bntui.lossy_file import discard
from bntui.records import UserError
from bntui.serve import server_log
from bntui.serve.access import HEADERS, Access, malformed
from bntui.serve.connection import Connection
from bntui.serve.downloads import Downloads
from bntui.serve.page_socket import IDLE_SECONDS, PageSocket
from bntui.serve.sessions import Sessions

PAGE = Path(__file__).parent / "page"
TERMINAL = Path(str(textual_serve.__file__)).parent / "static"
"""xterm.js with its styles and fonts."""

FONT_SIZES = range(6, 61)
SHUTDOWN_SECONDS = 0.1

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def serve(server: DashboardServer) -> None:
    """Serve until SIGTERM or Ctrl+C. Raises UserError if the address cannot be served."""
    server_log.begin()
    asyncio.run(server.run())


class DashboardServer:
    """Starts a dashboard for each page: a process that runs `command`, at most `most_sessions` at a time.

    When a page or the server ends, training stops and its measurements are kept; with `keep`, training continues.
    """

    def __init__(
        self,
        command: Sequence[str],
        host: str,
        port: int,
        token: str,
        most_sessions: int = 4,
        keep: bool = False,
    ) -> None:
        self._host = host
        self._port = port
        self._token = token
        self._access = Access(token, host)
        self._sessions = Sessions(command, most_sessions, keep)
        self._downloads = Downloads()
        self._keep = keep

    async def run(self) -> None:
        """Print the address, and serve until a signal."""
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        async with self.listening() as port:
            self._announce(port)
            await stop.wait()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        """Answer requests and yield the port; at the end, close all pages within two seconds."""
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await runner.setup()
        assert runner.server
        try:
            listener = await self._listen(runner.server)
            yield listener.sockets[0].getsockname()[1]
            listener.close()
            await self._sessions.close()
        finally:
            await runner.cleanup()
            self._downloads.close()

    async def _listen(self, server: web.Server) -> asyncio.Server:
        strangers: dict[Connection, None] = {}

        def connect() -> Connection:
            return Connection(strangers, server, access_log=None, keepalive_timeout=IDLE_SECONDS, lingering_time=0)

        try:
            return await asyncio.get_running_loop().create_server(connect, self._host, self._port)
        except OSError as error:
            reason = error.strerror or error
            raise UserError(f"cannot serve on {self._host}, port {self._port}: {reason}; see --host, --port") from None

    def _announce(self, port: int) -> None:
        host = platform.node() if self._host in ("0.0.0.0", "::", "") else self._host
        host = f"[{host}]" if ":" in host else host
        fate = "continues" if self._keep else "stops, and its measurements are kept"
        try:
            print(f"the dashboard is at http://{host}:{port}/?token={self._token}")
            print(
                f"each page starts a dashboard of its own; when the page or this server is closed, its training {fate}"
            )
            print("ctrl+c stops the server", flush=True)
        except OSError:
            discard(sys.stdout)

    def _application(self) -> web.Application:
        application = web.Application(middlewares=[self._middleware()])
        application.add_routes(
            [
                web.get("/", _index),
                web.get("/ws", self._websocket),
                web.get("/download/{key}", self._downloads.answer, allow_head=False),
                web.static("/page", PAGE),
                web.static("/static", TERMINAL),
            ]
        )
        application.on_response_prepare.append(_add_headers)
        return application

    def _middleware(self) -> Any:
        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            try:
                self._access.check_sender(request)
                self._access.check_token(request)
            except web.HTTPException as answer:
                answer.force_close()
                raise
            if isinstance(request.protocol, Connection):
                request.protocol.trust()
            return await handler(request)

        return check

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        _check_query(request, "width", "height")
        width, height = _number(request, "width", 80), _number(request, "height", 24)
        page = PageSocket(self._downloads)
        answer = await page.open(request)
        with contextlib.suppress(ConnectionError):
            try:
                async with self._sessions.open(width, height) as session:
                    await page.connect(session)
            except TimeoutError:
                await page.end(self._sessions.limit)
            except OSError as error:
                await page.end(f"the dashboard cannot be started: {error.strerror or error}")
        return answer


async def _index(request: web.Request) -> web.StreamResponse:
    _check_query(request, "fontsize")
    if _number(request, "fontsize", 16) not in FONT_SIZES:
        raise malformed("the font size")
    return web.FileResponse(PAGE / "index.html")


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    # A file of the page may be stored; the browser asks whether it has changed.
    is_file = request.path.startswith(("/static/", "/page/"))
    response.headers["Cache-Control"] = "no-cache" if is_file else "no-store"


def _check_query(request: web.Request, *names: str) -> None:
    given = set(request.query)
    if not given <= set(names) or len(request.query) > len(given):
        raise malformed("the query")


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise malformed("a number in the query")
    return int(text)
