"""The dashboard in a browser: it is served, and only to authorized requests."""

from __future__ import annotations

import asyncio
import shlex
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import CookieJar, WSMsgType, WSServerHandshakeError
from aiohttp.test_utils import TestClient, TestServer
from textual_serve.app_service import AppService

from bntui.cli.main import execute
from bntui.records import State
from bntui.run.storage import folders
from bntui.run.storage.reader import RunReader
from bntui.serve import DashboardServer, is_loopback
from tests.terminal import TIMEOUT

TOKEN = "hush ü"
TINY = ("--preset", "noisy", "--dataset", "digits", "--set", "network=blog-cnn", "--batch-size", "16")


@asynccontextmanager
async def _client(token: str = "", *arguments: str) -> AsyncIterator[TestClient]:
    server = DashboardServer(arguments, "127.0.0.1", 8000, token)
    app = await server._make_app()
    app.on_startup.clear()
    async with TestClient(TestServer(app), cookie_jar=CookieJar(unsafe=True)) as client:
        yield client


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, folder in (("BNTUI_RUNS_DIR", "runs"), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache")):
        monkeypatch.setenv(name, str(tmp_path / folder))


@pytest.mark.parametrize("path", ["/", "/static/js/textual.js", "/download/x", "/nowhere", "/?token=", "/?token=hush"])
async def test_nothing_is_answered_without_the_token(path: str) -> None:
    async with _client(TOKEN) as client:
        answer = await client.get(path)
        assert answer.status == 403
        assert "token" in await answer.text()


async def test_the_first_page_with_the_token_opens_the_others() -> None:
    async with _client(TOKEN) as client:
        first = await client.get("/", params={"token": TOKEN, "fontsize": "20"}, allow_redirects=False)
        assert first.status == 303
        assert first.headers["Location"] == "/?fontsize=20"
        cookie = first.headers["Set-Cookie"]
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
        page = await client.get("/")
        assert page.status == 200
        assert f'data-session-websocket-url="ws://{client.host}:{client.port}/ws"' in await page.text()
        assert (await client.get("/static/js/textual.js")).status == 200


async def test_the_websocket_needs_the_token_too() -> None:
    async with _client(TOKEN) as client:
        for path in ("/ws", "/ws?token=hush"):
            with pytest.raises(WSServerHandshakeError) as refused:
                await client.ws_connect(path)
            assert refused.value.status == 403


async def test_other_web_pages_are_refused_on_the_loopback_address() -> None:
    async with _client() as client:
        assert (await client.get("/")).status == 200
        assert (await client.get("/", headers={"Host": "evil.example"})).status == 403
        with pytest.raises(WSServerHandshakeError) as refused:
            await client.ws_connect("/ws", headers={"Origin": "http://evil.example"})
        assert refused.value.status == 403


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[Process]:
    """The processes that pages start, which a test waits for."""
    started, start = [], AppService._open_app_process

    async def recording_start(service: AppService, width: int, height: int) -> Process:
        started.append(await start(service, width, height))
        return started[-1]

    monkeypatch.setattr(AppService, "_open_app_process", recording_start)
    return started


async def test_a_page_trains_and_closing_it_keeps_the_run(tmp_path: Path, processes: list[Process]) -> None:
    received = b""
    async with _client(TOKEN, *TINY, "--steps", "100000") as client, asyncio.timeout(TIMEOUT):
        socket = await client.ws_connect("/ws", params={"token": TOKEN, "width": "120", "height": "36"})
        while b"drift of conv1" not in received:
            message = await socket.receive()
            received += message.data if message.type is WSMsgType.BINARY else b""
        await socket.send_json(["stdin", "\x11"])
        while not socket.closed:
            await socket.receive()
        await processes[0].wait()
    assert b"train accuracy" in received
    (folder,) = folders.all_runs(tmp_path / "runs")
    with RunReader(folder) as reader:
        assert reader.state is State.STOPPED


def test_arguments_are_quoted_for_the_shell() -> None:
    arguments = ["--preset", "a b; touch /tmp/x", "--set", "probes.test.every=$(id)", "'"]
    command = DashboardServer(arguments, "127.0.0.1", 8000).command
    assert shlex.split(command) == [sys.executable, "-m", "bntui", *arguments]
    assert "'a b; touch /tmp/x'" in command


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        *[(host, True) for host in ("127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]")],
        *[(host, False) for host in ("0.0.0.0", "::", "192.168.1.2", "localhost.evil.example", "")],
    ],
)
def test_which_addresses_are_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--headless"], "serve --headless: a headless run has no screen to serve"),
        (["--preset", "nosy"], "unknown preset 'nosy'; did you mean noisy"),
        (["--presett", "noisy"], "No such option: --presett"),
        (["runs"], "serve runs: choose from attach, replay, compare"),
        (["--token", " "], "--token is empty"),
    ],
)
def test_a_mistake_is_reported_at_once(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["serve", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_without_textual_serve_the_message_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "bntui.serve")
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    assert execute(["serve"]) == 2
    assert capsys.readouterr().err == "bntui: serve needs textual-serve: pip install 'bntui[serve]'\n"
