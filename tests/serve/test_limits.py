"""Limits: of windows, messages, sessions, connections without the token, and the log."""

from __future__ import annotations

import asyncio
import logging

import pytest
from aiohttp import WSCloseCode, WSMsgType

from bntui.serve import connection, page_socket, server_log, sessions
from bntui.serve.page_socket import LONGEST_MESSAGE
from bntui.serve.session import HIGHEST, WIDEST
from tests.serve.conftest import BEGIN, Serving, end_of, process_of, program, received
from tests.terminal import TIMEOUT


async def test_a_window_has_at_most_a_size(serving: Serving) -> None:
    async with serving() as client:
        page = await (await client.log_in()).page("?width=20000&height=0")
        assert f"in {WIDEST}x1;".encode() in await received(page, b";")
        await page.send_json(["resize", {"width": 10**9, "height": 10**9}])
        assert f'"width": {WIDEST}, "height": {HIGHEST}'.encode() in await received(page, b"}")
        await page.send_json(["resize", {"width": -5, "height": 24}])
        assert b'"width": 1, "height": 24' in await received(page, b"}")


async def test_keys_and_focus_reach_the_dashboard(serving: Serving) -> None:
    async with serving() as client:
        page = await (await client.log_in()).page()
        await received(page, b"80x24;")
        for message, packet in ((["stdin", "\u00fc"], b"D\0\0\0\2\xc3\xbc"), (["focus"], b'{"type": "focus"}')):
            await page.send_json(message)
            assert packet in await received(page, packet)
        await page.send_json(["ping", "1"])
        assert (await page.receive()).json() == ["pong", "1"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        *[(text, WSCloseCode.UNSUPPORTED_DATA) for text in ("", "x", "{}", "[]", "1", '["stdin"]', '["stdin", 5]')],
        *[
            (text, WSCloseCode.UNSUPPORTED_DATA)
            for text in (
                '["resize", {"width": "80", "height": 24}]',
                '["resize", {"width": 1e999, "height": 24}]',
                '["resize", {"width": NaN, "height": 24}]',
                '["resize", {"width": ' + "9" * 5000 + ', "height": 24}]',
                '["resize", [80, 24]]',
                '["stdin", "\\ud800"]',
                '["ping", {}]',
                "[" * 60_000,
            )
        ],
        (b"bytes", WSCloseCode.UNSUPPORTED_DATA),
        ("x" * (LONGEST_MESSAGE + 1), WSCloseCode.MESSAGE_TOO_BIG),
    ],
    ids=range(17),
)
async def test_malformed_messages_end_the_connection_and_its_process(
    message: str | bytes, code: int, serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(most_sessions=1) as client:
        await client.log_in()
        page = await client.page()
        await received(page, b";")
        await (page.send_str(message) if isinstance(message, str) else page.send_bytes(message))
        async with asyncio.timeout(TIMEOUT):
            assert (await page.receive()).type in (WSMsgType.CLOSE, WSMsgType.CLOSING)
        assert page.close_code == code
        # The only session is free again.
        assert b";" in await received(await client.page(), b";")
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_too_many_sessions(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "WAIT_SECONDS", 0.01)
    async with serving(most_sessions=2) as client:
        await client.log_in()
        pages = [await client.page() for _ in range(2)]
        for page in pages:
            await received(page, b";")
        shown = await received(await client.page())
        assert b"2 dashboards are open here or train (--max-sessions 2)" in shown


async def test_a_page_that_is_loaded_anew_waits_for_itself(serving: Serving) -> None:
    async with serving(most_sessions=1) as client:
        await client.log_in()
        for _ in range(3):
            page = await client.page()
            await received(page, b";")
            await page.close()


async def test_connections_without_the_token_end_in_time(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SECONDS", 0.05)
    async with serving() as client:
        await client.log_in()
        page = await client.page()
        for beginning in (b"", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-a: b"):
            reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
            writer.write(beginning)
            async with asyncio.timeout(TIMEOUT):
                assert await reader.read() == b""
            writer.close()
        # A connection with the token stays.
        await received(page, b";")
        await page.send_json(["ping", "1"])
        assert (await page.receive()).json() == ["pong", "1"]


async def test_many_idle_connections_do_not_keep_others_out(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MOST_STRANGERS", 5)
    async with serving() as client:
        idle = [await asyncio.open_connection("127.0.0.1", client.port) for _ in range(50)]
        async with asyncio.timeout(TIMEOUT):
            await client.log_in()
            # The oldest were closed.
            assert [await reader.read() for reader, _ in idle[:40]] == [b""] * 40
        for _, writer in idle:
            writer.close()


async def test_a_failed_start_is_shown_and_logged(serving: Serving, caplog: pytest.LogCaptureFixture) -> None:
    failing = program("import sys; sys.exit('bntui: no \\x1b]52;such run')")
    async with serving(failing) as client:
        shown = await received(await (await client.log_in()).page())
    assert "bntui: no \ufffd]52;such run".encode() in shown
    (record,) = caplog.records
    assert record.getMessage() == "a dashboard ended with status 1: bntui: no \ufffd]52;such run "


async def test_a_command_that_does_not_exist(serving: Serving) -> None:
    async with serving(["/no/such/bntui"]) as client:
        shown = await received(await (await client.log_in()).page())
    assert b"the dashboard cannot be started: No such file or directory" in shown


async def test_output_that_is_no_packet_ends_the_dashboard(serving: Serving) -> None:
    noisy = program("import os; os.write(1, b'__GANGLION__\\nrun 1234 finished\\n' * 1000)")
    async with serving(noisy) as client:
        assert await received(await (await client.log_in()).page()) == b""


def test_the_log_has_few_short_lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    logger = logging.Logger("requests")
    handler = logging.StreamHandler()
    handler.setFormatter(server_log.OneLine())
    handler.addFilter(server_log.FewLines())
    logger.addHandler(handler)
    for _ in range(1000):
        try:
            raise ValueError("a\nb" * 1000)
        except ValueError:
            logger.exception("\x1b[2J failed")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == server_log.MOST_LINES
    assert lines[0].startswith("bntui: \ufffd[2J failed: ValueError: a b")
    assert lines[-1] == "bntui: more than 20 messages a minute: not shown"
    assert max(map(len, lines)) < server_log.LENGTH + 10


async def test_a_page_that_takes_nothing_ends(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_socket, "IDLE_SECONDS", 0.1)
    flood = program(BEGIN + "while True: send(b'x' * 100_000)")
    async with serving(flood, most_sessions=1) as client:
        page = await (await client.log_in()).page()
        # The client answers no pings, because it does not read.
        process = process_of(await received(page, b";"))
        await end_of(process)


async def test_a_page_gets_no_more_than_it_takes(serving: Serving) -> None:
    flood = program(BEGIN + "while True: send(b'x' * 1000)")
    async with serving(flood) as client, asyncio.timeout(TIMEOUT):
        page = await (await client.log_in()).page(autoping=False)
        for _ in range(3):
            sent = 0
            while (message := await page.receive()).type is WSMsgType.BINARY:
                sent += len(message.data)
            assert page_socket.MOST_AHEAD < sent <= page_socket.MOST_AHEAD + 1000
            assert message.type is WSMsgType.PING
            # Nothing but the answer comes before the page has taken what was sent.
            await page.send_json(["ping", "1"])
            assert (await page.receive()).type is WSMsgType.TEXT
            await page.pong(message.data)
