"""The page: nothing comes from another host, and in a browser it has the keyboard, its font and the clipboard."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bntui.serve.dashboard_process import DashboardProcess
from bntui.serve.server import PAGE, TERMINAL
from tests.browser import Tab, tab
from tests.serve.chromium import NO_NETWORK, in_chromium, mistakes, open_page
from tests.serve.conftest import BEGIN, TOKEN, Serving, program

FILES = [file for file in PAGE.iterdir() if file.is_file()]


def test_every_file_that_the_page_names_is_served() -> None:
    text = "".join(file.read_text() for file in FILES)
    paths = set(re.findall(r"""(?:(?:src|href)=|url\(|from )"([^"]+)\"""", text))
    assert {path.rpartition(".")[2] for path in paths} == {"js", "css", "svg", "ttf"} and len(paths) > len(FILES)
    for path in paths:
        _, root, rest = path.split("/", 2)
        assert {"page": PAGE, "static": TERMINAL}[root].joinpath(rest).is_file(), path


@pytest.mark.parametrize("file", [*FILES, TERMINAL / "css" / "xterm.css"], ids=lambda file: file.name)
def test_nothing_comes_from_another_host(file: Path) -> None:
    addresses = re.findall(
        r"(?:https?:)?//[\w-]+\.[\w./-]+", re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
    )
    assert set(addresses) <= {"http://www.w3.org/2000/svg"}


def test_no_script_or_style_is_inside_the_page() -> None:
    text = (PAGE / "index.html").read_text()
    assert "<style" not in text and not re.search(r"<script(?![^>]* src=)", text) and not re.search(r" on\w+=", text)


RECORDING = r"""
send(b"\x1b[?1000h\x1b[?1003h\x1b[?1006h" + b"\r\n".join([b"selectable text"] * 10))
with open(sys.argv[1], "ab", buffering=0) as received:
    while data := os.read(0, 1 << 16):
        received.write(data)
"""
"""Takes the mouse, as the dashboard does, and writes the packets that it receives into a file."""


@in_chromium
@pytest.mark.slow
async def test_in_a_browser(tmp_path: Path, serving: Serving) -> None:
    received = tmp_path / "received"
    command = [*program(BEGIN + RECORDING), str(received)]
    async with serving(command) as client, tab(tmp_path / "profile", NO_NETWORK) as page:
        await open_page(page, client.address)
        assert re.fullmatch(f"{client.address}/session/[\\w-]+", await page.evaluate("location.href"))
        assert await page.evaluate("document.title") == "bntui"
        hosts = {re.sub(r"^\w+://([^/]*)/.*$", r"\1", request) for request in page.requests}
        assert hosts == {f"127.0.0.1:{client.port}"}
        assert await page.evaluate("document.fonts.check('16px \"Roboto Mono\"')")
        assert not mistakes(page)
        # The keyboard needs no click, and function keys are the dashboard's.
        await page.press("F5", 116)
        await page.press("c", 67, modifiers=2)
        assert b"\x1b[15~" in await _until(page, received, b"\x03")
        # With text selected (shift: although the dashboard uses the mouse), Ctrl+C copies it instead.
        await page.drag((5, 10), (100, 10), (600, 10), modifiers=8)
        await page.press("c", 67, modifiers=2)
        await page.press("F6", 117)
        assert (await _until(page, received, b"\x1b[17~")).count(b"\x03") == 1
        await page.call("Browser.grantPermissions", permissions=["clipboardReadWrite"])
        assert "selectable text" in await page.evaluate("navigator.clipboard.readText()")


async def _until(page: Tab, file: Path, text: bytes) -> bytes:
    async def arrived() -> bool:
        return file.exists() and text in file.read_bytes()

    await page.until(arrived)
    return file.read_bytes()


ATTACK = """
<iframe id="frame" src="{address}/"></iframe>
<img id="picture" src="{address}/page/favicon.svg">
<script>
const socket = new WebSocket("{address}/ws".replace("http", "ws"));
const outcome = Promise.all([
  new Promise((done) => {{ socket.onopen = () => done("open"); socket.onerror = () => done("refused"); }}),
  new Promise((done) => {{ picture.onload = () => done("loaded"); picture.onerror = () => done("refused"); }}),
  fetch("{address}/", {{ credentials: "include", mode: "no-cors" }}).then(
    () => "answered", () => "refused"),
  new Promise((done) => {{ frame.onload = () => done(frame.contentDocument ? "readable" : "blocked"); }}),
]);
</script>
"""


@in_chromium
@pytest.mark.slow
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_page_of_another_site_starts_nothing(
    host: str, tmp_path: Path, serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On 127.0.0.1 it is the same site to the browser, which then sends the cookie; on localhost another one."""
    started: list[object] = []
    start = DashboardProcess.start

    async def recorded(*arguments: Any) -> DashboardProcess:
        started.append(arguments)
        return await start(*arguments)

    monkeypatch.setattr(DashboardProcess, "start", recorded)

    async def has_started() -> bool:
        return bool(started)

    async def attack(_: web.Request) -> web.Response:
        return web.Response(text=ATTACK.format(address=client.address), content_type="text/html")

    application = web.Application()
    application.router.add_get("/", attack)
    async with (
        serving() as client,
        TestServer(application) as foreign,
        tab(tmp_path / "profile") as page,
    ):
        await page.open(f"{client.address}/?token={TOKEN}")
        await page.until(lambda: page.evaluate("document.title == 'bntui' && document.readyState == 'complete'"))
        await page.until(has_started)
        await page.call("Page.navigate", url=f"http://{host}:{foreign.port}/")
        await page.until(lambda: page.evaluate("typeof outcome != 'undefined'"))
        outcome = await page.evaluate("outcome.then((all) => all.join())")
        assert outcome == "refused,refused,refused,blocked"
        assert len(started) == 1
