"""Who may ask: the checks of each request's sender and token, and the headers of each response.

A browser shows the token once, in the address of its first page. From then on it has a cookie, which a page of another
site cannot send (SameSite) and no script can read (HttpOnly). The cookie is derived from the token, which it hides.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from http.cookies import CookieError

from aiohttp import web
from yarl import URL

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "bntui",
}

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?", re.IGNORECASE)
_ORIGIN = re.compile(rf"null|[a-z][a-z0-9+.-]*://({_HOST.pattern})", re.IGNORECASE)
_OWN_PAGES = {"same-origin", "none"}


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Access:
    """The checks of requests. Each raises `web.HTTPException`: 400 for a malformed request, 403 for a refused one."""

    def __init__(self, token: str, host: str) -> None:
        self._token = token
        self._local = is_loopback(host)
        self._proof = hmac.digest(token.encode(), b"bntui cookie", hashlib.sha256).hex()

    def check_sender(self, request: web.Request) -> None:
        """Check that the user, or a page of this server, asks: neither another site nor another name of this host."""
        host = _the_header(request, "Host") or ""
        if not (parts := _HOST.fullmatch(host)) or int(parts[2] or 0) > 65535:
            raise malformed("the header Host")
        if self._local and not is_loopback(parts[1]):
            raise refused("this server answers on a loopback address only, such as 127.0.0.1")
        if not (origin := _ORIGIN.fullmatch(_the_header(request, "Origin") or f"http://{host}")):
            raise malformed("the header Origin")
        if (origin[1] or "").lower() != host.lower():
            raise refused("another site's page may not use this server")
        if (_the_header(request, "Sec-Fetch-Site") or "none") not in _OWN_PAGES:
            raise refused("another site's page may not use this server; paste the address into a new tab")

    def check_token(self, request: web.Request) -> None:
        """Check the cookie; the first page may have the token in its address, and is then sent on without it."""
        token = request.query.get("token") if request.path == "/" else None
        if token is None and _same(_cookie(request), self._proof):
            return
        if token is None or not _same(token, self._token):
            raise refused("this dashboard needs the token; open the link that `bntui serve` printed")
        raise self._welcome(request)

    def _welcome(self, request: web.Request) -> web.HTTPException:
        # The browser's history and the address bar would keep the token.
        redirect = web.HTTPSeeOther(URL("/").with_query(request.rel_url.query).without_query_params("token"))
        redirect.set_cookie(_cookie_name(request), self._proof, httponly=True, samesite="Strict")
        return redirect


def malformed(what: str) -> web.HTTPException:
    """Return the response to a malformed request."""
    return web.HTTPBadRequest(text=f"400: {what} is malformed\n")


def refused(why: str) -> web.HTTPException:
    """Return the response to a request that is not allowed."""
    return web.HTTPForbidden(text=f"403: {why}\n")


def _the_header(request: web.Request, name: str) -> str | None:
    values = request.headers.getall(name, [])
    if len(values) > 1:
        raise malformed(f"the header {name}")
    return values[0] if values else None


def _cookie(request: web.Request) -> str:
    header = _the_header(request, "Cookie") or ""
    try:
        if header.isprintable():
            return request.cookies.get(_cookie_name(request), "")
    except CookieError:
        pass
    raise malformed("the header Cookie")


def _cookie_name(request: web.Request) -> str:
    # A browser sends a host's cookies to all of its ports.
    host = _HOST.fullmatch(request.host)
    return f"bntui-{host[2] or 80}" if host else ""


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(errors="backslashreplace"), expected.encode())
