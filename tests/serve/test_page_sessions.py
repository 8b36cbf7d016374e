"""A page keeps its session: it reloads, loses its connection, meets another page, and says what became of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.browser import tab, tabs
from tests.serve.chromium import in_chromium, line_to, mistakes, open_page, shows, text_of
from tests.serve.conftest import BEGIN, Serving, process_of, program

pytestmark = [in_chromium, pytest.mark.slow]

QUITTING = BEGIN + "for data in received():\n if b'q' in data: break\nsend(b'{\"type\": \"exit\"}', b'M')"
"""Ends when a page sends `q`."""


async def test_it_reloads_and_loses_its_connection(tmp_path: Path, serving: Serving) -> None:
    async with serving() as client, line_to(client.port) as line, tab(tmp_path / "profile") as page:
        await open_page(page, line.address)
        begun = process_of((await text_of(page, ";")).encode())
        address = await page.evaluate("location.href")

        async def is_same() -> None:
            await shows(page, "shown")
            await page.call("Input.insertText", text="anew")
            assert process_of((await text_of(page, "anew")).encode()) == begun
            assert await page.evaluate("location.href") == address

        await page.call("Page.reload")
        await page.until(lambda: page.evaluate("performance.getEntriesByType('navigation')[0].type == 'reload'"))
        await is_same()
        line.cut()
        await shows(page, "lost")
        assert "trying again" in await page.evaluate("document.getElementById('told').textContent")
        await line.mend()
        await page.evaluate("dispatchEvent(new Event('online'))")
        await is_same()
        # A laptop wakes up: its connection seems to be there.
        line.silence()
        await page.evaluate("dispatchEvent(new Event('focus'))")
        await shows(page, "lost")
        await line.mend()
        await is_same()
        assert not mistakes(page)


async def test_a_server_that_was_started_anew_wants_its_token(tmp_path: Path, serving: Serving) -> None:
    async with serving() as client, line_to(client.port) as line, tab(tmp_path / "profile") as page:
        await open_page(page, line.address)
        line.cut()
        await page.call("Network.clearBrowserCookies")
        await line.mend()
        await shows(page, "refused")
        assert "token" in await page.evaluate("document.getElementById('told').textContent")


async def test_it_says_that_the_server_has_ended(tmp_path: Path, serving: Serving) -> None:
    async with tab(tmp_path / "profile") as page:
        async with serving() as client:
            await open_page(page, client.address)
        await shows(page, "lost")
        await page.until(lambda: page.evaluate("performance.getEntriesByName(`${origin}/page/favicon.svg`).length > 1"))
        assert "server has ended" in await page.evaluate("document.getElementById('reason').textContent")


async def test_it_says_how_a_dashboard_ended_and_starts_a_new_one(tmp_path: Path, serving: Serving) -> None:
    async with serving(program(QUITTING + "; os.write(1, b'run made-up')")) as client, tab(tmp_path / "p") as page:
        await open_page(page, client.address)
        first = await page.evaluate("location.href")
        await page.call("Input.insertText", text="q")
        await shows(page, "ended")
        assert await page.evaluate("document.getElementById('reason').textContent") == "run made-up"
        # The button has the keyboard.
        await page.press("Enter", 13)
        await page.evaluate("document.getElementById('next').click()")
        await page.until(lambda: page.evaluate(f"location.href != '{first}'"))
        await shows(page, "shown")
        await page.call("Page.navigate", url=first)
        await shows(page, "ended")


async def test_two_tabs_have_two_sessions_or_take_one_from_each_other(tmp_path: Path, serving: Serving) -> None:
    async with serving(most_sessions=2) as client, tabs(tmp_path / "profile", 3) as (first, second, third):
        await open_page(first, client.address)
        await open_page(second, client.address)
        texts = [(await text_of(page, ";")).encode() for page in (first, second)]
        assert process_of(texts[0]) != process_of(texts[1])
        path = await first.evaluate("location.pathname")
        await second.call("Page.navigate", url=client.address + path)
        await shows(first, "taken")
        await shows(second, "shown")
        assert process_of((await text_of(second, ";")).encode()) == process_of(texts[0])
        await first.evaluate("document.getElementById('next').click()")
        await shows(first, "shown")
        await shows(second, "taken")
        await third.open(client.address)
        await shows(third, "full")
        assert "--max-sessions 2" in await third.evaluate("document.getElementById('reason').textContent")


async def test_the_start_page(tmp_path: Path, serving: Serving, environment: dict[str, str]) -> None:
    command = ["env", *(f"{name}={value}" for name, value in environment.items()), sys.executable, "-m", "bntui"]
    async with serving(command) as client, tab(tmp_path / "profile") as page:
        await open_page(page, client.address)
        await text_of(page, "noisy")
        await page.call("Page.reload")
        await text_of(page, "noisy")
        await page.call("Input.insertText", text="q")
        await shows(page, "ended")
