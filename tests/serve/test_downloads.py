"""Files that a dashboard has written reach the browser: complete, under their names, for who has the token."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientPayloadError, ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType

from bntui.records import Progress, State
from bntui.run.storage.writer import RunWriter
from bntui.serve import downloads
from bntui.spec import parse
from tests.browser import CHROMIUM, tab
from tests.run.conftest import INFO, MEASUREMENTS
from tests.serve.conftest import BEGIN, TOKEN, Client, Serving, end_of, process_of, program, received
from tests.terminal import TIMEOUT

OFFERING = """
import json
for path in sys.argv[1:]:
    send(json.dumps({"type": "deliver_file_start", "key": "k", "path": path}).encode(), b"M")
send(b"offered;")
while data := os.read(0, 1 << 17): send(data)
"""
"""Offers files, then echoes."""


def offering(*paths: Path) -> list[str]:
    return [*program(BEGIN + OFFERING), *map(str, paths)]


async def offers_of(page: ClientWebSocketResponse) -> tuple[list[dict[str, str]], bytes]:
    """Return what is offered to a page, and what it shows until then."""
    offers, shown = [], b""
    async with asyncio.timeout(TIMEOUT):
        while b"offered;" not in shown:
            message = await page.receive()
            if message.type is WSMsgType.TEXT:
                kind, offer = json.loads(message.data)
                assert kind == "download"
                offers.append(offer)
            else:
                assert message.type is WSMsgType.BINARY, message
                shown += message.data
    return offers, shown


async def downloaded(client: Client, offer: dict[str, str]) -> tuple[dict[str, str], bytes]:
    async with client.session.get(client.address + offer["address"]) as answer:
        assert answer.status == 200
        return dict(answer.headers), await answer.read()


@pytest.mark.parametrize("name", ["runs.csv", 'a "β\n; <b>.html', "%2e%2e\\x.png", "x" * 251 + ".csv", "no-ending"])
async def test_a_file_arrives_under_its_name(name: str, tmp_path: Path, serving: Serving) -> None:
    file = tmp_path / name
    file.write_bytes(os.urandom(3_000_000))
    async with serving(offering(file)) as client:
        (offer,), _ = await offers_of(await (await client.log_in()).page())
        headers, content = await downloaded(client, offer)
    assert content == file.read_bytes() and headers["Content-Length"] == "3000000"
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store"
    disposition = headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="') and disposition.isascii() and disposition.isprintable()
    assert offer["name"].isprintable()


async def test_nobody_else_gets_a_file(tmp_path: Path, serving: Serving) -> None:
    file = tmp_path / "runs.csv"
    file.write_text("a,b\n")
    async with serving(offering(file)) as client:
        (offer,), _ = await offers_of(await (await client.log_in()).page())
        async with ClientSession() as stranger, stranger.get(client.address + offer["address"]) as answer:
            assert answer.status == 403
        assert await client.status(offer["address"], Origin="http://elsewhere.example") == 403
        assert await client.status("/download/guessed") == 404
        assert await client.status(f"/download/../{file}") in (403, 404)
        assert len(offer["address"]) > 40


async def test_a_file_is_complete_after_the_end_of_its_session(tmp_path: Path, serving: Serving) -> None:
    file = tmp_path / "runs.csv"
    file.write_bytes(content := os.urandom(20_000_000))
    async with serving(offering(file), keep_minutes=0) as client:
        page = await (await client.log_in()).page()
        (offer,), shown = await offers_of(page)
        async with client.session.get(client.address + offer["address"]) as answer:
            arrived = await answer.content.readexactly(1000)
            file.unlink()
            await page.close()
            await end_of(process_of(shown))
            arrived += await answer.read()
        assert arrived == content
        assert (await downloaded(client, offer))[1] == content


async def test_what_was_written_while_the_page_was_lost_is_offered_to_the_next(
    tmp_path: Path, serving: Serving
) -> None:
    files = [tmp_path / f"{number}.csv" for number in range(3)]
    for file in files:
        file.write_text(file.name)
    writing = BEGIN + "for data in received():\n  if b'detach' in data:" + OFFERING.replace("\n", "\n    ")
    async with serving([*program(writing), *map(str, files)]) as client:
        session = await (await client.log_in()).new()
        page = await client.page(session=session)
        await received(page, b";")
        await page.close()
        other = await client.page()
        await received(other, b";")
        page = await client.page(session=session)
        async with asyncio.timeout(TIMEOUT):
            offers = []
            while len(offers) < len(files):
                if (message := await page.receive()).type is WSMsgType.TEXT:
                    offers.append(message.json()[1])
        assert [(await downloaded(client, offer))[1].decode() for offer in offers] == [file.name for file in files]
        # Another session's page hears nothing of them.
        await other.send_json(["ping", "1"])
        assert (await other.receive()).json() == ["pong", "1"]


async def test_the_server_ends_in_the_middle_of_a_download(tmp_path: Path, serving: Serving) -> None:
    file = tmp_path / "runs.csv"
    file.write_bytes(bytes(50_000_000))
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
        async with serving(offering(file)) as client, asyncio.timeout(TIMEOUT):
            client.session = browser
            (offer,), _ = await offers_of(await (await client.log_in()).page())
            answer = await browser.get(client.address + offer["address"])
        with pytest.raises((ClientPayloadError, ConnectionError)):
            await answer.read()


async def test_what_cannot_be_read_is_not_offered(tmp_path: Path, serving: Serving) -> None:
    file, pipe = tmp_path / "runs.csv", tmp_path / "pipe"
    file.write_text("a,b\n")
    os.mkfifo(pipe)
    async with serving(offering(tmp_path / "missing", tmp_path, pipe, file)) as client:
        page = await (await client.log_in()).page()
        offers, _ = await offers_of(page)
        assert [offer["name"] for offer in offers] == ["runs.csv"]
        await page.send_json(["stdin", "still here"])
        assert b"still here" in await received(page, b"still here")


async def test_a_file_that_was_cut_is_no_complete_download(tmp_path: Path, serving: Serving) -> None:
    file = tmp_path / "runs.csv"
    file.write_bytes(bytes(1_000_000))
    async with serving(offering(file)) as client:
        (offer,), _ = await offers_of(await (await client.log_in()).page())
        file.write_bytes(b"")
        with pytest.raises((ClientPayloadError, ConnectionError)):
            await downloaded(client, offer)


async def test_an_offer_expires_and_the_newest_are_kept(
    tmp_path: Path, serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [tmp_path / f"{number}.csv" for number in range(3)]
    for file in files:
        file.write_text(file.name)
    monkeypatch.setattr(downloads, "MOST_OFFERS", 2)
    async with serving(offering(*files)) as client:
        offers, _ = await offers_of(await (await client.log_in()).page())
        assert [await client.status(offer["address"]) for offer in offers] == [404, 200, 200]
        monkeypatch.setattr(downloads, "EXPIRES_SECONDS", 0.0)
        (_, _, last), _ = await offers_of(await client.page())
        async with asyncio.timeout(TIMEOUT):
            while await client.status(last["address"]) != 404:
                await asyncio.sleep(0.01)


def _stored_run(runs_dir: Path) -> Path:
    spec = parse('network = "vgg-mini"\ndataset = "digits"\nvariants = ["standard", "bn"]\nsteps = 3', "small")
    writer = RunWriter(runs_dir, spec)
    writer.begin(INFO)
    writer.write(MEASUREMENTS, Progress(2, 1.5, 0.25))
    writer.close(State.FINISHED)
    return writer.folder


async def test_a_dashboard_offers_what_a_key_has_written(
    tmp_path: Path, serving: Serving, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    run = _stored_run(tmp_path / "runs")
    async with serving([sys.executable, "-m", "bntui", "attach", str(run)]) as client:
        page = await (await client.log_in()).page("?width=120&height=36")
        await received(page, b"finished")
        await page.send_json(["stdin", "e"])
        async with asyncio.timeout(TIMEOUT):
            while (message := await page.receive()).type is WSMsgType.BINARY:
                pass
        _, offer = json.loads(message.data)
        (written,) = run.glob("*.csv")
        assert offer["name"] == written.name
        assert (await downloaded(client, offer))[1] == written.read_bytes()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.slow
async def test_the_csv_is_downloaded_by_a_browser(
    tmp_path: Path, serving: Serving, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    run, folder = _stored_run(tmp_path / "runs"), tmp_path / "downloads"
    command = [sys.executable, "-m", "bntui", "attach", str(run)]
    async with serving(command) as client, tab(tmp_path / "profile") as page:
        await page.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
        await page.open(f"{client.address}/?token={TOKEN}")
        await page.until(lambda: page.evaluate("document.activeElement.tagName == 'TEXTAREA'"))

        async def arrived() -> Any:
            await page.call("Input.insertText", text="e")
            return [file for file in folder.glob("*.csv") if file.stat().st_size]

        await page.until(arrived)
        (written,) = run.glob("*.csv")
        assert (folder / written.name).read_bytes() == written.read_bytes()
        # The link stays, for browsers that do not follow it by themselves.
        assert await page.evaluate("document.querySelector('#downloads:not([hidden]) a').textContent") == written.name

        async def dismissed() -> Any:
            # A key that was typed while the dashboard started may save once more.
            await page.evaluate("document.getElementById('downloaded').click()")
            return await page.evaluate("document.getElementById('downloads').hidden")

        await page.until(dismissed)
        assert not [text for text in page.messages if "inline style" not in text and "WebGL" not in text]
