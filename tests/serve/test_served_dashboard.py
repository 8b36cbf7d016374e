"""The dashboard itself behind a page."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from pathlib import Path

import psutil
import pyte
import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType

from bntui.records import State
from bntui.run.storage import folders
from bntui.run.storage.reader import RunReader
from bntui.serve.dashboard_process import DashboardProcess
from bntui.serve.session import CloseCode
from tests.run.conftest import finished, spec, writer
from tests.serve.conftest import TOKEN, Client, Serving, end_of, end_of_page, received
from tests.terminal import TIMEOUT

__all__ = ["finished", "spec", "writer"]

TINY = ("--preset", "noisy", "--dataset", "digits", "--set", "network=blog-cnn", "--batch-size", "16")


@pytest.fixture(autouse=True)
def _own_folders(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


async def test_the_dashboard_ends_when_its_server_was_killed() -> None:
    process = await DashboardProcess.start([sys.executable, "-m", "bntui", "--exit-on-hangup"], 80, 24)
    async with asyncio.timeout(TIMEOUT):
        async for _ in process.output():
            break
        process.hang_up()
        assert await process.ended() == 0


async def test_training_does_not_begin_after_the_server_was_killed(tmp_path: Path) -> None:
    process = await DashboardProcess.start([sys.executable, "-m", "bntui", "--exit-on-hangup", *TINY], 80, 24)
    process.hang_up()
    async with asyncio.timeout(TIMEOUT):
        assert await process.ended() == 0
    assert folders.all_runs(tmp_path / "runs") == []


async def test_sigterm_ends_the_server_and_its_dashboards(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "token").chmod(0o600)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = ["--runs-dir", str(tmp_path / "other"), "serve", "--port", str(port)]
    command = [sys.executable, "-m", "bntui", *arguments, "--token-file", str(tmp_path / "token")]
    running = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    async with asyncio.timeout(TIMEOUT):
        assert running.stdout
        link = await running.stdout.readline()
        assert link.decode() == f"the dashboard is at http://127.0.0.1:{port}/?token={TOKEN}\n"
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
            page = await (await Client(session, port).log_in()).page()
            await received(page, b"noisy")
            (dashboard,) = psutil.Process(running.pid).children()
            assert f"--runs-dir={tmp_path / 'other'}" in dashboard.cmdline()
            assert not any(TOKEN in text for text in (*dashboard.cmdline(), *dashboard.environ().values()))
            running.send_signal(signal.SIGTERM)
            assert await running.wait() == 0
    await end_of(dashboard)


def _state(runs: Path) -> State:
    (folder,) = folders.all_runs(runs)
    with RunReader(folder) as reader:
        return reader.state


class Window:
    """What a page shows of a session."""

    def __init__(self, page: ClientWebSocketResponse, width: int, height: int) -> None:
        self.page = page
        self.screen = pyte.Screen(width, height)
        self.shown = b""
        self._stream = pyte.ByteStream(self.screen)

    @classmethod
    async def open(cls, client: Client, session: str, width: int = 120, height: int = 36) -> Window:
        return cls(await client.page(f"?width={width}&height={height}", session), width, height)

    async def until(self, text: str) -> Window:
        async with asyncio.timeout(TIMEOUT):
            while not any(text in line for line in self.screen.display):
                message = await self.page.receive()
                if message.type is WSMsgType.BINARY:
                    self.shown += message.data
                    self._stream.feed(message.data)
                assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT), "\n".join(self.screen.display)
        return self


async def test_every_page_shows_the_whole_screen(finished: Path, serving: Serving) -> None:
    async with serving([sys.executable, "-m", "bntui", "attach", str(finished)]) as client:
        session = await (await client.log_in()).new()
        window = await (await Window.open(client, session)).until("quit")
        async with asyncio.timeout(TIMEOUT):
            # The first page may see the screen before all is drawn, but each shows all that the dashboard shows.
            while (again := await (await Window.open(client, session)).until("quit")).screen.buffer != (
                window.screen.buffer
            ):
                window = again
        # The alternate screen, the mouse, and pasted text as such.
        assert all(f"\x1b[?{mode}h".encode() in again.shown for mode in (1049, 1003, 1006, 2004))
        # In a window of another size, with a dialog on top, whose keyboard returns with the page's.
        small = await (await Window.open(client, session, 80, 24)).until("quit")
        await small.page.send_json(["focus"])
        await small.page.send_json(["stdin", "\x10them"])
        await small.until("🔎 them")
        await small.page.close()
        again = await (await Window.open(client, session, 100, 30)).until("🔎 them")
        # What a terminal answers to the question at its setup is no text.
        await again.page.send_json(["stdin", "\x1b[?2026;2$y"])
        await again.page.send_json(["focus"])
        await again.page.send_json(["stdin", "e"])
        await again.until("🔎 theme ")


@pytest.mark.slow
@pytest.mark.parametrize("train_on", [False, True])
async def test_training_when_its_page_is_closed(train_on: bool, tmp_path: Path, serving: Serving) -> None:
    hangup = [] if train_on else ["--exit-on-hangup"]
    command = [sys.executable, "-m", "bntui", *hangup, *TINY, "--steps", "1000000"]
    async with serving(command, keep_minutes=0, train_on=train_on) as client, asyncio.timeout(TIMEOUT):
        session = await (await client.log_in()).new()
        page = await client.page("?width=120&height=36", session)
        await received(page, b"drift of conv1")
        living = (child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE)
        (dashboard,) = (child for child in living if "bntui" in child.cmdline())
        await page.close()
        if train_on:
            assert _state(tmp_path / "runs") is State.TRAINING
            with contextlib.suppress(psutil.NoSuchProcess):
                dashboard.terminate()
        await end_of(dashboard)
        code, text = await end_of_page(await client.page(session=session))
        assert code == CloseCode.ENDED
        (run,) = folders.all_runs(tmp_path / "runs")
        assert train_on or f"run {run.name} stopped after" in text, text
    assert _state(tmp_path / "runs") is State.STOPPED
