"""Files that a dashboard has written, offered to its page for download.

An offer has an address that cannot be guessed, beside the token that every address needs, and expires. The file is
opened when it is offered: what is downloaded is what was written then, even if the dashboard has ended or the file was
replaced or deleted since.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from bntui.user_paths import open_regular

EXPIRES_SECONDS = 600.0
MOST_OFFERS = 64
"""Files that are kept open; the oldest offer makes room for the newest."""
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that can be downloaded from an address: its name, its size in bytes, and its descriptor."""

    address: str
    name: str
    size: int
    descriptor: int


class Downloads:
    """The offers of all pages, which belong to a running event loop."""

    def __init__(self) -> None:
        self._offers: dict[str, Offer] = {}

    def offer(self, path: Path) -> Offer:
        """Offer a file for some minutes. Raises OSError if it cannot be read."""
        descriptor = open_regular(path)
        key = secrets.token_urlsafe(32)
        self._offers[key] = offer = Offer(f"/download/{key}", path.name, os.fstat(descriptor).st_size, descriptor)
        asyncio.get_running_loop().call_later(EXPIRES_SECONDS, self._withdraw, key)
        if len(self._offers) > MOST_OFFERS:
            self._withdraw(next(iter(self._offers)))
        return offer

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Send the file of an address, as long as it is offered."""
        offer = self._offers.get(request.match_info["key"])
        if offer is None:
            raise web.HTTPNotFound(text="404: this download has expired; write the file again\n")
        response = web.StreamResponse(headers=_headers(offer.name))
        response.content_length = offer.size
        response.force_close()
        # The offer may expire meanwhile.
        descriptor = os.dup(offer.descriptor)
        try:
            await response.prepare(request)
            sent = await _send(response, descriptor, offer.size)
        finally:
            os.close(descriptor)
        if sent < offer.size and request.transport:
            # The file was cut: the browser must not take the part for the whole.
            request.transport.abort()
        return response

    def close(self) -> None:
        """Withdraw all offers."""
        for key in list(self._offers):
            self._withdraw(key)

    def _withdraw(self, key: str) -> None:
        if offer := self._offers.pop(key, None):
            os.close(offer.descriptor)


async def _send(response: web.StreamResponse, descriptor: int, size: int) -> int:
    """Send the first `size` bytes of a file, as fast as they are taken; return how many there were."""
    sent = 0
    while sent < size and (data := await asyncio.to_thread(os.pread, descriptor, min(_CHUNK, size - sent), sent)):
        await response.write(data)
        sent += len(data)
    return sent


def _headers(name: str) -> dict[str, str]:
    """Return headers that have the browser save a file under its name, whatever it holds (RFC 6266)."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    kind, encoding = guess_type(name)
    exact = quote(name, safe="", errors="replace")
    return {
        "Content-Type": kind if kind and not encoding else "application/octet-stream",
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}",
    }
