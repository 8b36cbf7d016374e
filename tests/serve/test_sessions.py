"""What becomes of the processes when a page or the server ends."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from pathlib import Path

import psutil
import pytest
from aiohttp import ClientSession, CookieJar

from bntui.records import State
from bntui.run.storage import folders
from bntui.run.storage.reader import RunReader
from bntui.serve import server, sessions
from bntui.serve.session import Session
from tests.serve.conftest import BEGIN, DEAF, TOKEN, Client, Serving, end_of, process_of, program, received
from tests.terminal import TIMEOUT

STAYING = BEGIN + "\nwhile os.read(0, 1024): pass\nos.closerange(0, 3); time.sleep(600)"
"""Outlives the end of its terminal, but no signal."""

TINY = ("--preset", "noisy", "--dataset", "digits", "--set", "network=blog-cnn", "--batch-size", "16")


async def test_a_closed_page_ends_its_process(serving: Serving) -> None:
    async with serving(program(STAYING)) as client:
        page = await (await client.log_in()).page()
        process = process_of(await received(page, b";"))
        await page.close()
        await end_of(process)


async def test_the_end_of_the_server_ends_all_processes(serving: Serving) -> None:
    async with serving(program(STAYING)) as client:
        await client.log_in()
        pages = [await client.page() for _ in range(3)]
        processes = [process_of(await received(page, b";")) for page in pages]
    for process in processes:
        await end_of(process)


async def test_with_keep_a_process_outlives_its_page_and_the_server(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "CLOSE_SECONDS", 0.01)
    async with serving(program(STAYING), keep=True, most_sessions=2) as client:
        await client.log_in()
        first, second = await client.page(), await client.page()
        processes = [process_of(await received(page, b";")) for page in (first, second)]
        await first.close()
    try:
        assert all(process.is_running() for process in processes)
    finally:
        for process in processes:
            process.kill()
            process.wait(TIMEOUT)


async def test_the_server_does_not_wait_for_a_process_that_hangs(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "CLOSE_SECONDS", 0.01)
    async with asyncio.timeout(TIMEOUT), serving(program(DEAF)) as client:
        page = await (await client.log_in()).page()
        process = process_of(await received(page, b"deaf;"))
    process.kill()
    process.wait(TIMEOUT)


def test_the_server_ends_within_two_seconds() -> None:
    assert sessions.CLOSE_SECONDS + 2 * server.SHUTDOWN_SECONDS < 1


# With the dashboard


@pytest.fixture(autouse=True)
def _own_folders(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


async def test_the_dashboard_ends_when_its_server_was_killed() -> None:
    session = await Session.start([sys.executable, "-m", "bntui", "--exit-on-hangup"], 80, 24)
    async with asyncio.timeout(TIMEOUT):
        async for _ in session.output():
            break
        session.hang_up(terminate=False)
        assert await session.ended() == 0


async def test_training_does_not_begin_after_the_server_was_killed(tmp_path: Path) -> None:
    session = await Session.start([sys.executable, "-m", "bntui", "--exit-on-hangup", *TINY], 80, 24)
    session.hang_up(terminate=False)
    async with asyncio.timeout(TIMEOUT):
        assert await session.ended() == 0
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


@pytest.mark.slow
@pytest.mark.parametrize("keep", [False, True])
async def test_training_when_its_page_is_closed(keep: bool, tmp_path: Path, serving: Serving) -> None:
    hangup = [] if keep else ["--exit-on-hangup"]
    command = [sys.executable, "-m", "bntui", *hangup, *TINY, "--steps", "1000000"]
    async with serving(command, keep=keep) as client, asyncio.timeout(TIMEOUT):
        page = await (await client.log_in()).page("?width=120&height=36")
        await received(page, b"drift of conv1")
        living = (child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE)
        (dashboard,) = (child for child in living if "bntui" in child.cmdline())
        await page.close()
        if keep:
            assert _state(tmp_path / "runs") is State.TRAINING
            with contextlib.suppress(psutil.NoSuchProcess):
                dashboard.terminate()
        await end_of(dashboard)
    assert _state(tmp_path / "runs") is State.STOPPED
