"""The page on a phone: columns enough, no scrolling, keys that phones lack, and the size of the characters."""

from __future__ import annotations

from pathlib import Path

import pytest

from bntui.tui.screens.base import MIN_SIZE, MIN_UPRIGHT
from tests.browser import Tab, tab
from tests.serve.chromium import in_chromium, open_page, shows, text_of
from tests.serve.conftest import BEGIN, Serving, program

pytestmark = [in_chromium, pytest.mark.slow]

SIZE = """import("/page/terminal.js").then(({ terminal: { cols, rows, options } }) =>
  [cols, rows, Number(options.fontSize)])"""


async def _like_a_phone(page: Tab) -> None:
    await page.call("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=0, mobile=True)
    await page.call("Emulation.setTouchEmulationEnabled", enabled=True)


async def _press(page: Tab, *labels: str) -> None:
    for label in labels:
        await page.evaluate(f"document.querySelector('#bar button[title=\"{label}\"]').click()")


@pytest.mark.parametrize("scale", [1, 2, 3])
async def test_a_phone(scale: int, tmp_path: Path, serving: Serving) -> None:
    async with (
        serving() as client,
        tab(tmp_path / "profile", f"--force-device-scale-factor={scale}") as page,
    ):
        await _like_a_phone(page)
        await open_page(page, client.address)
        columns, rows, _ = await page.evaluate(SIZE)
        assert columns >= MIN_UPRIGHT[0] + 2 and rows >= 2 * MIN_UPRIGHT[1]
        assert f" in {columns}x{rows};" in (await text_of(page, ";")).replace("\n", "")
        wide, high = await page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        assert (wide, high) == (390, 844)
        assert await page.evaluate("document.querySelector('.xterm-screen').getBoundingClientRect().right <= 390")
        await page.call("Emulation.setDeviceMetricsOverride", width=740, height=360, deviceScaleFactor=0, mobile=True)
        await page.call("Page.reload")
        await page.until(lambda: page.evaluate(f"{SIZE}.then(([columns]) => columns >= {MIN_SIZE[0]})"))
        assert (await page.evaluate(SIZE))[1] >= MIN_SIZE[1]
        await shows(page, "shown")
        # The phone's own keyboard would cover half of the page: it comes when it is asked for.
        keyboard = "document.querySelector('textarea').inputMode"
        assert await page.evaluate(keyboard) == "none"
        await _press(page, "keyboard")
        assert await page.evaluate(keyboard) == "text"


async def _touch(page: Tab, *points: tuple[int, int]) -> None:
    for kind, point in zip(["touchStart", *["touchMove"] * (len(points) - 1)], points, strict=True):
        await page.call("Input.dispatchTouchEvent", type=kind, touchPoints=[{"x": point[0], "y": point[1]}])
    await page.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])


MOUSE = BEGIN + "send(b'\\x1b[?1000h\\x1b[?1006h')\nfor data in received(): pass"
"""Takes the mouse, as the dashboard does."""


async def test_keys_and_a_mouse_that_phones_lack(tmp_path: Path, serving: Serving) -> None:
    async with serving(program(MOUSE)) as client, tab(tmp_path / "profile") as page:
        await _like_a_phone(page)
        await open_page(page, client.address)
        await page.evaluate("sent = []; true")
        await page.evaluate(
            "import('/page/connection.js').then(({ connection }) => (connection.send = (text) => sent.push(text)))"
        )
        await _press(page, "escape", "tab", "left", "down", "up", "right", "enter", "function keys", "F1", "F5", "F12")
        typed = "sent.map((message) => JSON.parse(message)).filter(([k]) => k == 'stdin').map(([, t]) => t)"
        sent = await page.evaluate(typed)
        keys = ["\x1b", "\t", "\x1b[D", "\x1b[B", "\x1b[A", "\x1b[C", "\r", "\x1bOP", "\x1b[15~", "\x1b[24~"]
        assert sent == keys
        assert await page.evaluate("document.activeElement.tagName") == "TEXTAREA"
        # A key that is held down repeats.
        await page.evaluate("sent = []; down = document.querySelector('#bar button[title=down]'); true")
        await page.evaluate("down.dispatchEvent(new PointerEvent('pointerdown'))")
        await page.until(lambda: page.evaluate(f"{typed}.length > 2"))
        await page.evaluate("down.dispatchEvent(new PointerEvent('pointerup'))")
        assert {*await page.evaluate(typed)} == {"\x1b[B"}
        # A finger that taps clicks; one that moves upwards scrolls down.
        await page.evaluate("sent = []; true")
        await _touch(page, (100, 300))
        await page.until(lambda: page.evaluate(f"{typed}.length == 2"))
        assert {text[:5] for text in await page.evaluate(typed)} == {"\x1b[<0;"}
        await _touch(page, (100, 300), (100, 250), (100, 200))
        assert {text[:6] for text in (await page.evaluate(typed))[2:]} == {"\x1b[<65;"}


async def test_the_size_of_the_characters(tmp_path: Path, serving: Serving) -> None:
    async with serving() as client, tab(tmp_path / "profile") as page:
        await open_page(page, client.address)
        before = await page.evaluate(SIZE)
        assert (
            before[2] == 16 and await page.evaluate("getComputedStyle(document.getElementById('bar')).opacity") == "0"
        )
        await _press(page, *["larger characters"] * 4)
        larger = await page.evaluate(SIZE)
        assert larger[2] == 20 and larger[0] < before[0] and larger[1] < before[1]
        # The dashboard knows of it, as of the window's size, and the page remembers it.
        await text_of(page, f'"width": {larger[0]}, "height": {larger[1]}')
        await page.call("Emulation.setDeviceMetricsOverride", width=600, height=500, deviceScaleFactor=0, mobile=False)
        await page.until(lambda: page.evaluate(f"{SIZE}.then(([columns]) => columns < {larger[0]})"))
        small = await page.evaluate(SIZE)
        await text_of(page, f'"width": {small[0]}, "height": {small[1]}')
        await page.call("Emulation.clearDeviceMetricsOverride")
        await page.call("Page.reload")
        await text_of(page, f"in {larger[0]}x{larger[1]};")
        assert await page.evaluate(SIZE) == larger
        await page.call("Page.navigate", url=await page.evaluate("location.href + '?fontsize=12'"))
        await shows(page, "shown")
        assert (await page.evaluate(SIZE))[2] == 12
