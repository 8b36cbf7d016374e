"""What becomes of a session when pages come and go, when its time is over, and when the server ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType

from bntui.serve import dashboard_process, page_socket, server, session, sessions
from bntui.serve.session import CloseCode
from tests.serve.conftest import BEGIN, DEAF, ECHO, Serving, end_of, end_of_page, process_of, program, received
from tests.terminal import TIMEOUT

STAYING = BEGIN + "\nwhile os.read(0, 1024): pass\nos.closerange(0, 3); time.sleep(600)"
"""Outlives the end of its terminal, but no signal."""

STOPPING = """
import os, signal
def stop(*_):
    send(b'{"type": "exit"}', b"M")
    print("run 1 stopped after 7 of 9 steps", flush=True)
    os._exit(0)
signal.signal(signal.SIGTERM, stop)
"""
TRAINING = STOPPING + ECHO
"""Ends after a signal as a dashboard that trains does."""

RESULT = "run 1 stopped after 7 of 9 steps"


class Alarm:
    """What is to be done after some seconds."""

    def __init__(self, clock: Clock, seconds: float, callback: Callable[[], None]) -> None:
        self._clock, self.seconds, self.callback = clock, seconds, callback
        clock.alarms.append(self)

    def cancel(self) -> None:
        if self in self._clock.alarms:
            self._clock.alarms.remove(self)


class Clock:
    """In place of the event loop's time."""

    def __init__(self) -> None:
        self.alarms: list[Alarm] = []

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Alarm:
        return Alarm(self, seconds, callback)

    async def started(self) -> list[float]:
        """Wait until a time has begun, and return what is left of each."""
        async with asyncio.timeout(TIMEOUT):
            while not self.alarms:
                await asyncio.sleep(0.01)
        return [alarm.seconds for alarm in self.alarms]

    async def pass_time(self, seconds: float) -> None:
        await self.started()
        for alarm in [*self.alarms]:
            alarm.seconds -= seconds
            if alarm.seconds <= 0:
                alarm.cancel()
                alarm.callback()


# Pages


async def test_a_page_that_is_loaded_anew_shows_the_same_dashboard(serving: Serving) -> None:
    async with serving() as client:
        address = await (await client.log_in()).new()
        page = await client.page("?width=80&height=24", address)
        process = process_of(await received(page, b"80x24;"))
        await page.close()
        assert await client.status(address) == 200
        shown = await received(await client.page("?width=120&height=36", address), b"120x36;")
    assert shown == f"process {process.pid} in 120x36;".encode()


async def _hang_up(page: ClientWebSocketResponse) -> None:
    page.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


async def _fall_asleep(page: ClientWebSocketResponse) -> None:
    """Answer no pings, since nobody reads them."""


@pytest.mark.parametrize("lose", [_hang_up, _fall_asleep])
async def test_a_connection_that_is_lost(
    lose: Callable[[ClientWebSocketResponse], None], serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_socket, "IDLE_SECONDS", 0.05)
    clock = Clock()
    async with serving(call_later=clock.call_later) as client:
        address = await (await client.log_in()).new()
        page = await client.page(session=address)
        process = process_of(await received(page, b";"))
        await lose(page)
        assert await clock.started() == [600]
        await clock.pass_time(599)
        assert process_of(await received(await client.page(session=address), b";")) == process
        assert clock.alarms == []


async def test_the_newest_page_takes_a_session_over(serving: Serving) -> None:
    async with serving() as client:
        address = await (await client.log_in()).new()
        first = await client.page(session=address)
        process = process_of(await received(first, b";"))
        second = await client.page(session=address)
        assert process_of(await received(second, b";")) == process
        assert await end_of_page(first) == (CloseCode.TAKEN, "Another page shows this dashboard now.")
        # It can be taken back, and the end of the other page does not end it.
        third = await client.page(session=address)
        await received(third, b";")
        assert (await end_of_page(second))[0] == CloseCode.TAKEN
        await third.send_json(["stdin", "still here"])
        await received(third, b"still here")


async def test_what_was_drawn_for_another_page_is_not_shown(serving: Serving) -> None:
    late = BEGIN.replace("        for page", "        b'attach' in data and send(b'half a screen')\n        for page")
    async with serving(program(late + "for data in received(): pass")) as client:
        address = await (await client.log_in()).new()
        await received(await client.page(session=address), b";")
        for _ in range(3):
            assert (await received(await client.page(session=address), b";")).startswith(b"process ")


async def test_a_page_that_takes_nothing_does_not_keep_others_waiting(serving: Serving) -> None:
    flood = BEGIN + "import threading; threading.Thread(target=lambda: [*received()], daemon=True).start()\n"
    async with serving(program(flood + "while True: send(b'x' * 10_000)")) as client:
        address = await (await client.log_in()).new()
        await received(await client.page(session=address), b";")
        assert b"process" in await received(await client.page(session=address), b";")


async def test_the_text_of_a_screen_reaches_every_page(serving: Serving) -> None:
    reading = (
        BEGIN + """send(b'{"type": "page", "title": "noisy"}', b"M"); send(b"told;")\nfor data in received(): pass"""
    )
    async with serving(program(reading)) as client:
        address = await (await client.log_in()).new()
        for _ in range(3):
            page = await client.page(session=address)
            async with asyncio.timeout(TIMEOUT):
                while (message := await page.receive()).type is WSMsgType.BINARY:
                    pass
            assert message.json() == ["page", {"title": "noisy"}]


# The end


async def test_a_session_ends_after_its_time_without_a_page(serving: Serving) -> None:
    clock = Clock()
    async with serving(program(TRAINING), call_later=clock.call_later, keep_minutes=15) as client:
        address = await (await client.log_in()).new()
        page = await client.page(session=address)
        process = process_of(await received(page, b";"))
        await page.close()
        await clock.pass_time(899)
        assert process.is_running()
        await clock.pass_time(1)
        await end_of(process)
        end = await end_of_page(await client.page(session=address))
    assert end == (CloseCode.ENDED, f"No page showed this dashboard for 15 minutes: it was stopped.\n{RESULT}")


async def test_a_session_that_is_not_kept_ends_with_its_page(serving: Serving) -> None:
    async with serving(program(TRAINING), keep_minutes=0) as client:
        address = await (await client.log_in()).new()
        page = await client.page(session=address)
        process = process_of(await received(page, b";"))
        await page.close()
        await end_of(process)
        end = await end_of_page(await client.page(session=address))
    assert end == (CloseCode.ENDED, f"Its page ended: it was stopped.\n{RESULT}")


async def test_a_session_is_stopped_from_its_page(serving: Serving) -> None:
    async with serving(program(TRAINING)) as client:
        address = await (await client.log_in()).new()
        page = await client.page(session=address)
        await received(page, b";")
        for _ in range(3):
            await page.send_json(["stop"])
        expected = (CloseCode.ENDED, f"Stopped from its page.\n{RESULT}")
        assert await end_of_page(page) == expected
        assert await client.status(address) == 200
        assert await end_of_page(await client.page(session=address)) == expected


async def test_an_address_of_no_session(serving: Serving) -> None:
    async with serving() as client:
        page = await (await client.log_in()).page(session=f"/session/{'x' * 32}")
        code, text = await end_of_page(page)
        assert code == CloseCode.UNKNOWN and text.startswith("This address belongs to no session")
        assert await client.status("/session/short") == await client.status("/session/..%2fpage") == 404


@pytest.mark.parametrize("train_on", [False, True])
async def test_the_end_of_the_server(train_on: bool, serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    if train_on:
        monkeypatch.setattr(sessions, "CLOSE_SECONDS", 0.05)
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
        async with serving(program(STAYING), train_on=train_on) as client:
            client.session = browser
            await client.log_in()
            pages = [await client.page() for _ in range(3)]
            processes = [process_of(await received(page, b";")) for page in pages]
            await pages[0].close()
            ends = [asyncio.create_task(end_of_page(page)) for page in pages[1:]]
        training = "continues" if train_on else "stops, and its measurements are kept"
        assert await asyncio.gather(*ends) == [(1001, f"The server has ended; training {training}.")] * 2
    for process in processes:
        assert process.is_running() if train_on else await end_of(process) is None


async def test_training_may_continue_without_its_session(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((dashboard_process, "END_SECONDS"), (sessions, "WAIT_SECONDS"), (sessions, "CLOSE_SECONDS")):
        monkeypatch.setattr(module, name, 0.01)
    clock = Clock()
    async with serving(program(STAYING), train_on=True, most_sessions=1, call_later=clock.call_later) as client:
        address = await (await client.log_in()).new()
        page = await client.page(session=address)
        process = process_of(await received(page, b";"))
        await page.close()
        await clock.pass_time(600)
        while (end := await end_of_page(page := await client.page(session=address)))[0] == 1006:
            await page.close()
        assert end[0] == CloseCode.ENDED and f"process {process.pid} goes on" in end[1]
        # It still needs the machine.
        assert (await end_of_page(await client.page()))[0] == CloseCode.FULL
        assert process.is_running()


async def test_a_process_that_hangs(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((dashboard_process, "END_SECONDS"), (session, "GRACE_SECONDS"), (sessions, "CLOSE_SECONDS")):
        monkeypatch.setattr(module, name, 0.01)
    async with asyncio.timeout(TIMEOUT), serving(program(DEAF)) as client:
        page = await (await client.log_in()).page()
        process = process_of(await received(page, b"deaf;"))
        await page.send_json(["stop"])
        code, text = await end_of_page(page)
        assert code == CloseCode.ENDED and f"process {process.pid} goes on" in text


def test_the_server_ends_within_two_seconds() -> None:
    assert sessions.CLOSE_SECONDS + 2 * server.SHUTDOWN_SECONDS < 1
