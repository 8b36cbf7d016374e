"""The web server: a page, the files that it needs, and a websocket that connects it with the session of its address."""

from __future__ import annotations

import asyncio
import contextlib
import platform
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import textual_serve
from aiohttp import web
from yarl import URL

from bntui.lossy_file import say
from bntui.records import UserError
from bntui.serve import server_log
from bntui.serve.access import HEADERS, Access, malformed
from bntui.serve.connection import Connection
from bntui.serve.downloads import Downloads
from bntui.serve.page_socket import IDLE_SECONDS, PageSocket
from bntui.serve.session import CallLater, Expiry
from bntui.serve.sessions import Sessions, Unavailable

PAGE = Path(__file__).parent / "page"
TERMINAL = Path(str(textual_serve.__file__)).parent / "static"
"""xterm.js with its styles and fonts."""

SESSION = "/session/{key:[A-Za-z0-9_-]{22,64}}"
"""Addresses of sessions."""

FONT_SIZES = range(6, 61)
SHUTDOWN_SECONDS = 0.1

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def serve(server: DashboardServer) -> None:
    """Serve until SIGTERM or Ctrl+C. Raises UserError if the address cannot be served."""
    server_log.begin()
    asyncio.run(server.run())


class DashboardServer:
    """Serves sessions: dashboards in processes that run `command`, at most `most_sessions` at a time.

    A session is kept for `keep_minutes` without a page. When that time is over, or the server ends, training stops and
    its measurements are kept; with `train_on`, training continues. `call_later` waits in place of the event loop.
    """

    def __init__(
        self,
        command: Sequence[str],
        host: str,
        port: int,
        token: str,
        most_sessions: int = 4,
        keep_minutes: float = 10,
        train_on: bool = False,
        call_later: CallLater | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._token = token
        self._access = Access(token, host)
        self._expiry = Expiry(60 * keep_minutes, train_on)
        self._downloads = Downloads()
        self._sessions = Sessions(command, most_sessions, self._expiry, self._downloads, call_later)

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
        kept = (
            f"is kept for {self._expiry.duration} after its page was closed" if self._expiry.seconds else "ends with it"
        )
        stops = (
            "continues; bntui stop RUN stops it" if self._expiry.train_on else "stops, and its measurements are kept"
        )
        say(
            f"the dashboard is at http://{host}:{port}/?token={self._token}",
            f"each page starts a dashboard of its own, which {kept}",
            f"then, and when this server ends, training {stops}",
            "ctrl+c stops the server",
        )

    def _application(self) -> web.Application:
        application = web.Application(middlewares=[self._middleware()])
        application.add_routes(
            [
                web.get("/", self._begin),
                web.get(SESSION, _page),
                web.get(f"{SESSION}/socket", self._websocket),
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

    async def _begin(self, request: web.Request) -> web.StreamResponse:
        """Send the browser to the address of a new session."""
        _check_font_size(request)
        raise web.HTTPSeeOther(URL(f"/session/{self._sessions.new()}").with_query(request.rel_url.query))

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        _check_query(request, "width", "height")
        width, height = _number(request, "width", 80), _number(request, "height", 24)
        page = PageSocket()
        answer = await page.open(request)
        with contextlib.suppress(ConnectionError):
            try:
                session = await self._sessions.begun(request.match_info["key"], width, height)
                await page.connect(session, width, height)
            except Unavailable as reason:
                await page.end(reason.code, reason.text)
        return answer


async def _page(request: web.Request) -> web.StreamResponse:
    _check_font_size(request)
    return web.FileResponse(PAGE / "index.html")


def _check_font_size(request: web.Request) -> None:
    _check_query(request, "fontsize")
    if _number(request, "fontsize", 16) not in FONT_SIZES:
        raise malformed("the font size")


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
