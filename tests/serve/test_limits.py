"""Limits: of windows, messages, sessions, connections without the token, and the log."""

from __future__ import annotations

import asyncio
import logging

import pytest
from aiohttp import WSCloseCode, WSMsgType

from bntui.serve import connection, page_socket, server_log, sessions
from bntui.serve.dashboard_process import HIGHEST, WIDEST
from bntui.serve.page_socket import LONGEST_MESSAGE
from bntui.serve.session import CloseCode
from tests.serve.conftest import BEGIN, Serving, end_of, end_of_page, process_of, program, received
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
                '["stop", "now"]',
                '["attach", {"page": 1}]',
                "[" * 60_000,
            )
        ],
        (b"bytes", WSCloseCode.UNSUPPORTED_DATA),
        ("x" * (LONGEST_MESSAGE + 1), WSCloseCode.MESSAGE_TOO_BIG),
    ],
    ids=range(19),
)
async def test_malformed_messages_end_the_connection_and_leave_the_session(
    message: str | bytes, code: int, serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(most_sessions=1) as client:
        await client.log_in()
        session = await client.new()
        page = await client.page(session=session)
        process = process_of(await received(page, b";"))
        await (page.send_str(message) if isinstance(message, str) else page.send_bytes(message))
        async with asyncio.timeout(TIMEOUT):
            assert (await page.receive()).type in (WSMsgType.CLOSE, WSMsgType.CLOSING)
        assert page.close_code == code
        assert process_of(await received(await client.page(session=session), b";")) == process
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_too_many_sessions(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "WAIT_SECONDS", 0.01)
    async with serving(most_sessions=2) as client:
        await client.log_in()
        shown, kept = await client.page(), await client.page()
        for page in (shown, kept):
            await received(page, b";")
        # One that is kept without a page counts, and is not ended for a newer one.
        await kept.close()
        late = await client.new()
        code, text = await end_of_page(await client.page(session=late))
        assert code == CloseCode.FULL
        assert text.startswith("2 dashboards are open, kept or training here (--max-sessions 2). Quit one of them")
        # Its address may be tried again.
        monkeypatch.setattr(sessions, "WAIT_SECONDS", TIMEOUT)
        await shown.send_json(["stop"])
        await end_of_page(shown)
        await received(await client.page(session=late), b";")


async def test_a_new_session_waits_for_the_end_of_another(serving: Serving) -> None:
    async with serving(most_sessions=1, keep_minutes=0) as client:
        await client.log_in()
        for _ in range(3):
            page = await client.page()
            await received(page, b";")
            await page.close()


async def test_few_addresses_are_remembered(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST_ADDRESSES", 3)
    async with serving() as client:
        await client.log_in()
        first, *others = [await client.new() for _ in range(4)]
        page = await client.page(session=others[0])
        await received(page, b";")
        assert (await end_of_page(await client.page(session=first)))[0] == CloseCode.UNKNOWN
        # Those of sessions that go on are not forgotten.
        for _ in range(5):
            await client.new()
        await page.close()
        await received(await client.page(session=others[0]), b";")


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
        end = await end_of_page(await (await client.log_in()).page())
    assert end == (CloseCode.ENDED, "bntui: no \ufffd]52;such run")
    (record,) = caplog.records
    assert record.getMessage() == "a dashboard ended with status 1: bntui: no \ufffd]52;such run "


async def test_a_command_that_does_not_exist(serving: Serving) -> None:
    async with serving(["/no/such/bntui"]) as client:
        end = await end_of_page(await (await client.log_in()).page())
    assert end == (CloseCode.FAILED, "The dashboard cannot be started: No such file or directory")


async def test_output_that_is_no_packet_ends_the_dashboard(serving: Serving) -> None:
    noisy = program("import os; os.write(1, b'__GANGLION__\\nrun 1234 finished\\n' * 1000)")
    async with serving(noisy) as client:
        code, text = await end_of_page(await (await client.log_in()).page())
    assert code == CloseCode.ENDED and text.endswith("run 1234 finished")


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
    async with serving(flood, keep_minutes=0) as client:
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
