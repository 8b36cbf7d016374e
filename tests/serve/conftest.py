"""A server in the test's own process, whose dashboards are small programs that need neither torch nor Textual."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Callable, Sequence
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
import os, struct, sys, time
def send(data, kind=b"D"):
    os.write(1, kind + struct.pack(">I", len(data)) + data)
os.write(1, b"__GANGLION__\\n")
send(f"process {os.getpid()} in {os.environ['COLUMNS']}x{os.environ['ROWS']};".encode())
"""
ECHO = BEGIN + "while data := os.read(0, 1 << 17): send(data)"
"""Sends back what it receives, until its terminal is closed."""

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

    async def page(self, query: str = "", **options: Any) -> ClientWebSocketResponse:
        return await self.session.ws_connect(f"{self.address}/ws{query}", **options)


async def received(page: ClientWebSocketResponse, until: bytes | None = None) -> bytes:
    """Return what a page shows, up to a text, or until its connection is closed."""
    shown = b""
    async with asyncio.timeout(TIMEOUT):
        while until is None or until not in shown:
            message = await page.receive()
            if message.type is not WSMsgType.BINARY:
                assert until is None, (message, shown)
                return shown
            shown += message.data
    return shown


def process_of(shown: bytes) -> psutil.Process:
    found = re.search(rb"process (\d+) in", shown)
    assert found
    return psutil.Process(int(found[1]))


async def end_of(process: psutil.Process) -> None:
    async with asyncio.timeout(TIMEOUT):
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.05)


Serving = Callable[..., AbstractAsyncContextManager[Client]]


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
