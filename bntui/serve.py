"""The dashboard in a browser: textual-serve's pages, a process of their own for each, and nobody uninvited.

On the machine's own address a page is answered only where it was asked for by that name, so that no page of the web
can reach it through the reader's browser; on any other address only to who has the token, by `?token=` or by the
cookie that the first such page sets.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import platform
import secrets
import shlex
import sys
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from bntui.records import UserError

try:
    from aiohttp import web
    from textual_serve.server import Server
except ModuleNotFoundError:
    raise UserError("serve needs textual-serve: pip install 'bntui[serve]'") from None

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def serve(arguments: Sequence[str], host: str, port: int, token: str | None) -> None:
    """Serve `bntui` with these arguments until interrupted. Raises UserError where that cannot be."""
    if token is not None and not token.strip():
        raise UserError("--token: is empty; leave it out to have one made")
    server = DashboardServer(arguments, host, port, token or ("" if own(host) else secrets.token_urlsafe(24)))
    try:
        server.serve()
    except OSError as error:
        raise UserError(f"cannot serve on {host}, port {port}: {error.strerror or error}; see --host, --port") from None


def own(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


class DashboardServer(Server):
    """textual-serve's server behind a door; without a token the door is the machine's own."""

    def __init__(self, arguments: Sequence[str], host: str, port: int, token: str = "") -> None:
        # A shell reads it.
        super().__init__(shlex.join([sys.executable, "-m", "bntui", *arguments]), host, port, title="bntui")
        self.token = token
        self._cookie = f"bntui-{port}"

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()

        @web.middleware
        async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self.let_in(request, handler)

        app.middlewares.append(door)
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Say where."""
        reached = platform.node() if self.host in ("0.0.0.0", "::", "") else self.host
        asking = f"?token={self.token}" if self.token else ""
        self.console.print(f"the dashboard is at http://{_bracketed(reached)}:{self.port}/{asking}", soft_wrap=True)
        self.console.print("each page that opens it starts it anew; ctrl+c ends")

    def initialize_logging(self) -> None:
        """Only what goes wrong: requests have the token in them."""
        logging.basicConfig(level=logging.WARNING, format="bntui: %(message)s")

    async def let_in(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer who may ask, and nobody else."""
        given = request.query.get("token", "")
        if not self._same_origin(request) or not self._invited(request, given):
            return web.Response(status=403, text="403: this dashboard needs its token, in the address as ?token=…\n")
        # Addresses in the page are those under which it was asked for.
        self.public_url = f"{request.scheme}://{request.host}"
        if not (given and request.path == "/"):
            return await handler(request)
        # From here on the cookie says it, and no address in any history does.
        there = web.HTTPSeeOther(request.rel_url.without_query_params("token"))
        there.set_cookie(self._cookie, given, httponly=True, samesite="Strict")
        there.headers["Referrer-Policy"] = "no-referrer"
        raise there

    def _invited(self, request: web.Request, given: str) -> bool:
        if not self.token:
            return own(urlsplit(f"//{request.host}").hostname or "")
        known = (given, request.cookies.get(self._cookie, ""))
        return any(hmac.compare_digest(each.encode(), self.token.encode()) for each in known)

    @staticmethod
    def _same_origin(request: web.Request) -> bool:
        """Browsers let any page open a websocket anywhere, but say which page it was."""
        origin = request.headers.get("Origin")
        return origin is None or urlsplit(origin).netloc == request.host


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
