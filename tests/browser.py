"""Chromium without a window, driven by its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import itertools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

from tests.terminal import TIMEOUT

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--remote-debugging-port=0",
    "--window-size=1200,800",
)


class Tab:
    """One tab: commands, and the requests and messages that it reported."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.requests: list[str] = []
        self.messages: list[str] = []

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result; events that come before it are recorded."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while (message := await self._socket.receive_json()).get("id") != number:
            self._record(message.get("method"), message.get("params", {}))
        assert "error" not in message, message
        return message["result"]

    async def open(self, address: str) -> None:
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self.call(f"{domain}.enable")
        await self.call("Page.navigate", url=address)

    async def evaluate(self, script: str) -> Any:
        """Return the value of a script, which JSON can express."""
        options = {"awaitPromise": True, "userGesture": True, "returnByValue": True}
        result = await self.call("Runtime.evaluate", expression=script, **options)
        return result["result"].get("value")

    async def until(self, condition: Callable[[], Awaitable[object]]) -> None:
        """Wait until a condition holds."""
        async with asyncio.timeout(TIMEOUT):
            while not await condition():
                await asyncio.sleep(0.05)

    async def press(self, key: str, code: int, modifiers: int = 0) -> None:
        """Press a key that writes no text, given by its name and its virtual code."""
        for kind in ("rawKeyDown", "keyUp"):
            await self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, modifiers=modifiers
            )

    async def drag(self, *points: tuple[int, int], modifiers: int = 0) -> None:
        """Drag the mouse from point to point."""
        kinds = ["mousePressed", *["mouseMoved"] * (len(points) - 1), "mouseReleased"]
        for kind, (x, y) in zip(kinds, [*points, points[-1]], strict=True):
            await self.call(
                "Input.dispatchMouseEvent",
                type=kind,
                x=x,
                y=y,
                button="left",
                buttons=1,
                clickCount=1,
                modifiers=modifiers,
            )

    async def picture(self, clip: dict[str, float] | None = None) -> bytes:
        """Return what the tab shows as PNG, or a rectangle of it."""
        options = {"clip": clip} if clip else {}
        return base64.b64decode((await self.call("Page.captureScreenshot", **options))["data"])

    def _record(self, event: str | None, parameters: dict[str, Any]) -> None:
        if event == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif event == "Network.webSocketCreated":
            self.requests.append(parameters["url"])
        elif event == "Log.entryAdded":
            self.messages.append(parameters["entry"]["text"])
        elif event == "Runtime.exceptionThrown":
            self.messages.append(parameters["exceptionDetails"]["exception"].get("description", "exception"))


@asynccontextmanager
async def tab(profile: Path, *options: str) -> AsyncIterator[Tab]:
    """Start Chromium with a new profile and further options, and end it."""
    async with tabs(profile, 1, *options) as (only,):
        yield only


@asynccontextmanager
async def tabs(profile: Path, count: int, *options: str) -> AsyncIterator[list[Tab]]:
    """Start Chromium with this many tabs."""
    assert CHROMIUM
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *OPTIONS,
        *options,
        f"--user-data-dir={profile}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with ClientSession() as session, AsyncExitStack() as stack:
            async with asyncio.timeout(TIMEOUT):
                addresses = await _addresses(session, profile, count)
            sockets = [await stack.enter_async_context(session.ws_connect(each, max_msg_size=0)) for each in addresses]
            yield [Tab(socket) for socket in sockets]
    finally:
        process.kill()
        await process.wait()


async def _addresses(session: ClientSession, profile: Path, count: int) -> list[str]:
    """Wait for the first tab, open the others, and return the addresses of their sockets."""
    port = await _port(profile / "DevToolsActivePort")
    for _ in range(count - 1):
        async with session.put(f"http://127.0.0.1:{port}/json/new?about:blank") as answer:
            assert answer.status == 200
    async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
        return [target["webSocketDebuggerUrl"] for target in await answer.json() if target["type"] == "page"]


async def _port(file: Path) -> int:
    while not file.exists() or "\n" not in file.read_text():
        await asyncio.sleep(0.05)
    return int(file.read_text().splitlines()[0])
