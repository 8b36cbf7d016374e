"""What the page says beside the terminal: its title, and the table and the messages for screen readers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.browser import Tab, tab
from tests.serve.chromium import NO_NETWORK, in_chromium, mistakes, open_page, shows
from tests.serve.conftest import BEGIN, Serving, program

pytestmark = [in_chromium, pytest.mark.slow]

HEAD = ["variant", "state", "loss"]
FIRST = {
    "type": "page",
    "title": "noisy · training · step 9 of 10 · bntui",
    "caption": "noisy, step 9 of 10; newest values",
    "table": [HEAD, ["<b>bn</b>", "training", "0.5"], ["standard", "training", "0.7"]],
    "messages": ["a notice"],
}
SECOND = {
    **FIRST,
    "table": [HEAD, ["<b>bn</b>", "training", "0.4"], ["standard", "diverged at step 9", "–"]],
    "messages": ["a notice", "standard diverged at step 9"],
}
TELLING = BEGIN + (
    "import json\n"
    f"messages = [json.dumps(each).encode() for each in json.loads({json.dumps(json.dumps([FIRST, SECOND]))})]\n"
    "for data in received():\n"
    "    if b'n' in data and messages: send(messages.pop(0), b'M')\n"
)
"""Sends a message about its screen whenever it receives an `n`."""

TABLE = "[...document.querySelectorAll('#spoken tr')].map((row) => [...row.cells].map((cell) => cell.textContent))"
NOTICES = "[...document.querySelectorAll('#spoken [role=log] p')].map((line) => line.textContent)"


async def _told(page: Tab, script: str, expected: object) -> None:
    async def is_there() -> bool:
        return bool(await page.evaluate(script) == expected)

    await page.until(is_there)


async def test_a_screen_reader_reads_a_table(tmp_path: Path, serving: Serving) -> None:
    async with serving(program(TELLING)) as client, tab(tmp_path / "profile", NO_NETWORK) as page:
        await open_page(page, client.address)
        assert await page.evaluate("document.title") == "bntui"
        await page.call("Input.insertText", text="n")
        await _told(page, TABLE, FIRST["table"])
        assert await page.evaluate("document.title") == FIRST["title"]
        assert await page.evaluate(NOTICES) == ["a notice"]
        await page.evaluate("cell = document.querySelector('#spoken td'); true")
        await page.call("Input.insertText", text="n")
        await _told(page, TABLE, SECOND["table"])
        # The cells stay, and a message is not repeated.
        assert await page.evaluate("cell.isConnected")
        assert await page.evaluate(NOTICES) == SECOND["messages"]
        # Also what the browser makes of it.
        await page.call("Accessibility.enable")
        nodes = (await page.call("Accessibility.getFullAXTree"))["nodes"]
        roles = {node["role"]["value"]: node.get("name", {}).get("value") for node in nodes if not node["ignored"]}
        assert (
            roles["table"] == FIRST["caption"] and "columnheader" in roles and "rowheader" in roles and "log" in roles
        )
        # A new page knows it at once.
        await page.call("Page.reload")
        await shows(page, "shown")
        await _told(page, TABLE, SECOND["table"])
        hosts = {re.sub(r"^\w+://([^/]*)/.*$", r"\1", request) for request in page.requests}
        assert hosts == {f"127.0.0.1:{client.port}"} and not mistakes(page)
