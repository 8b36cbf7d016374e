"""A server in the test's own process, whose dashboards are small programs that need neither torch nor Textual."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psutil
import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType

from bntui.serve.server import DashboardServer
from tests.terminal import TIMEOUT

TOKEN = "a token of tests".replace(" ", "-")

BEGIN = """
import os, re, struct, sys, time
def send(data, kind=b"D"):
    os.write(1, kind + struct.pack(">I", len(data)) + data)
def greet(width, height):
    send(f"process {os.getpid()} in {width}x{height};".encode())
def received():
    while data := os.read(0, 1 << 17):
        for page, width, height in re.findall(rb'"page": (\\d+), "width": (\\d+), "height": (\\d+)', data):
            send(b'{"type": "attached", "page": %s}' % page, b"M")
            greet(int(width), int(height))
        yield data
os.write(1, b"__GANGLION__\\n")
greet(os.environ['COLUMNS'], os.environ['ROWS'])
"""
ECHO = BEGIN + "for data in received(): send(data)"
"""Sends back what it receives, until its terminal is closed; greets each page."""

DEAF = BEGIN + "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); send(b'deaf;'); time.sleep(600)"
"""Notices neither signals nor the end of its terminal."""


def program(text: str) -> list[str]:
    return [sys.executable, "-S", "-c", text]


@dataclass
class Client:
    """A browser that knows the token, or not."""

    session: ClientSession
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def log_in(self) -> Client:
        async with self.session.get(f"{self.address}/", params={"token": TOKEN}) as page:
            assert page.status == 200, await page.text()
        return self

    async def status(self, path: str, **headers: str) -> int:
        answer = await self.session.get(f"{self.address}{path}", headers=headers, allow_redirects=False)
        async with answer:
            text = await answer.text()
        assert answer.status < 400 or text.count("\n") <= 1, text
        return answer.status

    async def new(self) -> str:
        """Return the path of a new session."""
        async with self.session.get(f"{self.address}/", allow_redirects=False) as answer:
            assert answer.status == 303
            return answer.headers["Location"]

    async def page(self, query: str = "", session: str = "", **options: Any) -> ClientWebSocketResponse:
        """Open the connection of a page, by default that of a new session."""
        path = session or await self.new()
        return await self.session.ws_connect(f"{self.address}{path}/socket{query}", **options)


async def received(page: ClientWebSocketResponse, until: bytes | None = None) -> bytes:
    """Return what a page shows, up to a text, or until its connection is closed."""
    shown = b""
    async with asyncio.timeout(TIMEOUT):
        while until is None or until not in shown:
            message = await page.receive()
            if message.type is WSMsgType.TEXT and message.json()[0] == "page":
                continue
            if message.type is not WSMsgType.BINARY:
                assert until is None, (message, shown)
                return shown
            shown += message.data
    return shown


async def end_of_page(page: ClientWebSocketResponse) -> tuple[int | None, str]:
    """Return the code with which a page's connection is closed, and the text for its reader."""
    text = ""
    async with asyncio.timeout(TIMEOUT):
        while (message := await page.receive()).type in (WSMsgType.BINARY, WSMsgType.TEXT):
            if message.type is WSMsgType.TEXT:
                kind, values = message.json()
                assert kind in ("page", "end")
                text = values.get("text", "")
    # The client forgets the code if the server does not wait for its answer.
    return message.data if message.type is WSMsgType.CLOSE else page.close_code, text


def process_of(shown: bytes) -> psutil.Process:
    found = re.search(rb"process (\d+) in", shown)
    assert found
    return psutil.Process(int(found[1]))


async def end_of(process: psutil.Process) -> None:
    async with asyncio.timeout(TIMEOUT):
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.05)


Serving = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    """Kill what a test has started and not ended, because it failed."""
    before = set(psutil.Process().children(recursive=True))
    yield
    left = [child for child in psutil.Process().children(recursive=True) if child not in before]
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, TIMEOUT)


@pytest.fixture
def serving() -> Serving:
    """Serve a program, by default one that echoes."""

    @asynccontextmanager
    async def start(
        command: Sequence[str] = tuple(program(ECHO)), host: str = "127.0.0.1", **options: Any
    ) -> AsyncIterator[Client]:
        async with (
            DashboardServer(command, host, 0, TOKEN, **options).listening() as port,
            # Cookies of IP addresses are unsafe only in aiohttp's opinion.
            ClientSession(cookie_jar=CookieJar(unsafe=True)) as session,
        ):
            yield Client(session, port)

    return start
