"""Attacks: without the token, from other sites' pages, with malformed requests. Each is refused, in one line."""

from __future__ import annotations

import asyncio
import logging

import pytest
from aiohttp import WSServerHandshakeError

from bntui.serve.access import HEADERS, is_loopback
from tests.serve.conftest import TOKEN, Client, Serving
from tests.terminal import TIMEOUT

SESSION = f"/session/{'x' * 32}"


@pytest.mark.parametrize(
    "path",
    [
        *("/", SESSION, f"{SESSION}/socket", "/page/page.js", "/static/js/textual.js", "/nowhere"),
        *("/?token=", "/?token=hush", f"{SESSION}?token={TOKEN}", f"{SESSION}/socket?token={TOKEN}"),
    ],
)
async def test_nothing_is_answered_without_the_token(path: str, serving: Serving) -> None:
    async with serving() as client:
        assert await client.status(path) == 403
        assert await client.status(path, Cookie=f"bntui-{client.port}={TOKEN}") == 403
        assert await client.status(path, Cookie=f"bntui-{client.port}=\u00fc\u00f6") == 403


async def test_the_first_page_with_the_token_opens_the_others(serving: Serving) -> None:
    async with serving() as client:
        address = f"{client.address}/?token={TOKEN}&fontsize=20"
        async with client.session.get(address, allow_redirects=False) as first:
            assert first.status == 303
            assert first.headers["Location"] == "/?fontsize=20"
            cookie = first.headers["Set-Cookie"]
        assert TOKEN not in cookie
        assert all(part in cookie for part in (f"bntui-{client.port}=", "HttpOnly", "SameSite=Strict", "Path=/"))
        for path in (await client.new(), "/page/page.js", "/static/js/textual.js", "/static/css/xterm.css"):
            assert await client.status(path) == 200
        assert await client.status("/page/") == 403
        assert await client.status("/nowhere") == 404
        assert await client.status("/static/../../serve/access.py") == 404


async def test_every_answer_forbids_frames_and_other_sources(serving: Serving) -> None:
    async with serving() as client:
        for path in ("/", f"/?token={TOKEN}", "/", "/page/page.js", "/nowhere", "/?x=1"):
            async with client.session.get(client.address + path, allow_redirects=False) as answer:
                assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        page = await client.page()
        assert page._response.headers["X-Frame-Options"] == "DENY"
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 400),
        ({"Origin": "x\u00fc"}, 400),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example:8000"}, 403),
        ({"Host": "["}, 400),
        ({"Host": "127.0.0.1:99999999"}, 400),
        ({"Host": "a b"}, 400),
        ({"Host": "127.0.0.1:8000/x?y#z@"}, 400),
        ({"Host": ""}, 400),
    ],
)
async def test_other_sites_are_refused_even_with_the_cookie(
    headers: dict[str, str], status: int, serving: Serving
) -> None:
    async with serving() as client:
        await client.log_in()
        for path in ("/", SESSION, f"{SESSION}/socket"):
            assert await client.status(path, **headers) == status
        with pytest.raises(WSServerHandshakeError) as refused:
            await client.page(session=await client.new(), headers=headers)
        assert refused.value.status == status


async def test_own_pages_and_addresses_typed_by_the_user_are_answered(serving: Serving) -> None:
    async with serving() as client:
        await client.log_in()
        assert await client.status("/", **{"Sec-Fetch-Site": "none"}) == 303
        assert await client.status(SESSION, **{"Sec-Fetch-Site": "none"}) == 200
        assert await client.status("/page/page.css", **{"Sec-Fetch-Site": "same-origin"}) == 200
        page = await client.page(headers={"Origin": client.address, "Sec-Fetch-Site": "same-origin"})
        await page.close()


@pytest.mark.parametrize(
    "query", ["x=1", "fontsize=x", "fontsize=-1", "fontsize=9999", "fontsize=", "fontsize=16&fontsize=17"]
)
async def test_malformed_queries_of_the_page(query: str, serving: Serving) -> None:
    async with serving() as client:
        await client.log_in()
        assert await client.status(f"/?{query}") == await client.status(f"{SESSION}?{query}") == 400


@pytest.mark.parametrize(
    "query",
    [
        *("width=x", "width=-1", "height=1e9", "width=" + "9" * 5000, "width=80&width=90"),
        *("width=%ff", "width=%D9%A3", "fontsize=16", "token=x"),
    ],
    ids=range(9),
)
async def test_malformed_queries_of_the_websocket(query: str, serving: Serving) -> None:
    async with serving() as client:
        await client.log_in()
        with pytest.raises(WSServerHandshakeError) as refused:
            await client.page(f"?{query}")
        assert refused.value.status == 400


async def _answer(client: Client, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(request)
    async with asyncio.timeout(TIMEOUT):
        answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize(
    "request_",
    [
        b"\x00\xff\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: \xff\xfe\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: bntui-80=\x01\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://\xff\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
    ],
    ids=range(10),
)
async def test_malformed_requests_are_answered_in_one_line(
    request_: bytes, serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving() as client:
        head, _, body = (await _answer(client, request_)).partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == b"400"
    assert body.count(b"\n") <= 1 and len(body) < 300, body
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_other_methods_are_refused(method: str, serving: Serving) -> None:
    async with serving() as client:
        request = f"{method} / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000000\r\n\r\n"
        assert b" 403 " in await _answer(client, request.encode())
        await client.log_in()
        async with client.session.request(method, client.address) as answer:
            assert answer.status == 405


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        *[(host, True) for host in ("127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST", "::1", "[::1]")],
        *[(host, False) for host in ("0.0.0.0", "::", "192.168.1.2", "localhost.evil.example", "")],
    ],
)
def test_which_addresses_are_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
