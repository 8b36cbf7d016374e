"""The dashboard in a browser: a textual-serve server that starts a process for each page and checks who may ask.

On a loopback address, requests are answered only if they name that address as their host, so that other web pages
cannot reach the server through the user's browser. On any other address they need the token, given as `?token=` or in
the cookie that the first page with the token sets.
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
    """Serve `bntui` with these arguments until interrupted. Raises UserError if the address cannot be served."""
    if token is not None and not token.strip():
        raise UserError("--token is empty; leave it out to generate one")
    server = DashboardServer(arguments, host, port, token or ("" if is_loopback(host) else secrets.token_urlsafe(24)))
    try:
        server.serve()
    except OSError as error:
        raise UserError(f"cannot serve on {host}, port {port}: {error.strerror or error}; see --host, --port") from None


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


class DashboardServer(Server):
    """A textual-serve server that refuses requests without the token; with no token, requests from elsewhere."""

    def __init__(self, arguments: Sequence[str], host: str, port: int, token: str = "") -> None:
        # textual-serve passes the command to a shell.
        super().__init__(shlex.join([sys.executable, "-m", "bntui", *arguments]), host, port, title="bntui")
        self.token = token
        self._cookie = f"bntui-{port}"

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()

        @web.middleware
        async def access_check(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self.answer(request, handler)

        app.middlewares.append(access_check)
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Print the address."""
        host = platform.node() if self.host in ("0.0.0.0", "::", "") else self.host
        query = f"?token={self.token}" if self.token else ""
        self.console.print(f"the dashboard is at http://{_bracketed(host)}:{self.port}/{query}", soft_wrap=True)
        self.console.print("each page starts a dashboard of its own; ctrl+c stops the server")

    def initialize_logging(self) -> None:
        """Log warnings only, because addresses of requests contain the token."""
        logging.basicConfig(level=logging.WARNING, format="bntui: %(message)s")

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a request that may access the dashboard, and refuse any other with status 403.

        A page asked for with the token is redirected to the same address without it, which sets the cookie.
        """
        token = request.query.get("token", "")
        if not self._same_origin(request) or not self._authorized(request, token):
            return web.Response(status=403, text="403: this dashboard needs its token in the address, as ?token=…\n")
        # The page refers to its own files by the address under which it was requested.
        self.public_url = f"{request.scheme}://{request.host}"
        if not (token and request.path == "/"):
            return await handler(request)
        # The cookie replaces the token in the address, which the browser's history would keep.
        redirect = web.HTTPSeeOther(request.rel_url.without_query_params("token"))
        redirect.set_cookie(self._cookie, token, httponly=True, samesite="Strict")
        redirect.headers["Referrer-Policy"] = "no-referrer"
        raise redirect

    def _authorized(self, request: web.Request, token: str) -> bool:
        if not self.token:
            return is_loopback(urlsplit(f"//{request.host}").hostname or "")
        given = (token, request.cookies.get(self._cookie, ""))
        return any(hmac.compare_digest(candidate.encode(), self.token.encode()) for candidate in given)

    @staticmethod
    def _same_origin(request: web.Request) -> bool:
        """Return whether the request comes from the server's own page; browsers send a websocket's origin."""
        origin = request.headers.get("Origin")
        return origin is None or urlsplit(origin).netloc == request.host


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
