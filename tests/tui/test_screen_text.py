"""What a page in a browser is told of the screen: its title, the table of variants, messages."""

import itertools
import json

from textual.app import App
from textual.drivers.web_driver import WebDriver

from bntui.records import State
from bntui.tui import app as app_module
from bntui.tui.app import DashboardApp
from bntui.tui.terminal.web_driver import ScreenText, tell_page
from tests.tui.conftest import settle
from tests.tui.fake_source import DIVERGED, TRAIN_COLUMNS, FakeSource


async def test_a_page_is_told_of_the_run_when_something_has_changed(app_of, monkeypatch):
    told: list[ScreenText] = []
    monkeypatch.setattr(DashboardApp, "is_web", True)
    monkeypatch.setattr(app_module, "TELL_SECONDS", 0.001)
    monkeypatch.setattr(app_module, "tell_page", lambda _, text: told.append(text))
    source = FakeSource(columns=TRAIN_COLUMNS, notices=(DIVERGED,))
    async with app_of(source).run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        source.extend(430, 431)
        await settle(pilot)
    assert told[-1].title == "noisy · training · step 430 of 1,000 · bntui"
    assert told[-1].caption == "noisy, step 430 of 1,000; newest values"
    assert list(told[-1].messages) == [DIVERGED.text]
    head, standard, bn, _ = told[-1].table
    assert head[:3] == ["variant", "state", "loss"] and len({*map(len, told[-1].table)}) == 1
    assert standard[:2] == ["standard", "diverged at step 157"] and bn[:2] == ["bn", "training"]
    assert all(before != after for before, after in itertools.pairwise(told))


async def test_the_words_are_those_of_the_cursor_and_of_the_end(app_of):
    source = FakeSource(State.FINISHED, done=1000, columns=TRAIN_COLUMNS)
    async with app_of(source).run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        newest = pilot.app.screen.text
        await pilot.press("home")
        await settle(pilot)
        first = pilot.app.screen.text
    assert "finished after 1,000 steps" in newest.messages[0]
    assert first.caption == "noisy, step 1,000 of 1,000; values at step 0" and first.table != newest.table


def test_nothing_unprintable_is_told():
    packets: list[bytes] = []
    app: App[None] = App()
    # Where it would read from may be no file that can be waited for.
    driver = WebDriver.__new__(WebDriver)
    driver._write = packets.append  # type: ignore[assignment]
    app._driver = driver
    tell_page(app, ScreenText("a\x1b[2J", "b\u202e", [["c\x00"]], ["d\n"]))
    (packet,) = packets
    message = json.loads(packet[5:])
    texts = [message["title"], message["caption"], *message["table"][0], *message["messages"]]
    assert message["type"] == "page" and [text[0] for text in texts] == ["a", "b", "c", "d"]
    assert all(text.isprintable() for text in texts)
