"""A slow terminal: what it has not taken yet is dropped for what is newer, and keys are read all the time."""

import os
import re
from dataclasses import replace
from io import StringIO

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from bntui.tui.terminal import screen_output
from bntui.tui.terminal.screen_output import ScreenOutput
from tests.tui.conftest import settle, text_of
from tests.tui.fake_source import FakeSource

FRAME = "".join(f"\x1b[{row};1H{'x' * 100}" for row in range(100))


class ResizedFile(StringIO):
    """A terminal whose size changes after some writes."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.left = writes

    def write(self, text: str) -> int:
        self.left -= 1
        return super().write(text)

    def fileno(self) -> int:
        return 0


@pytest.fixture
def output(monkeypatch):
    """An output, the file behind it, and how many texts were taken."""
    file, taken = ResizedFile(2), []
    monkeypatch.setattr(
        screen_output.os, "get_terminal_size", lambda _: os.terminal_size((80, 24) if file.left > 0 else (90, 24))
    )
    return ScreenOutput(file, lambda: None, lambda _: None, lambda: taken.append(1)), file, taken


def test_a_resize_drops_the_rest_of_a_frame_between_two_escape_sequences(output):
    screen, file, taken = output
    screen.write(FRAME)
    written = file.getvalue()
    assert 4096 <= len(written) < 5000
    assert FRAME.startswith(written) and FRAME[len(written)] == "\x1b"
    assert (screen.taken, taken) == (1, [1])


def test_leaving_drops_frames_but_no_control_sequence(output):
    screen, file, _ = output
    file.left, screen.leaving = 100, True
    for text in (FRAME, "\x1b[<u", "\x1b[?1049l"):
        screen.write(text)
    assert file.getvalue().endswith("\x1b[<u\x1b[?1049l")
    assert len(file.getvalue()) < 2500


def test_a_frame_is_written_whole_where_nothing_changes(output):
    screen, file, _ = output
    file.left = 100
    screen.write(FRAME)
    assert file.getvalue() == FRAME


async def test_ten_resizes_are_drawn_once_by_a_terminal_that_was_behind(app_of, monkeypatch):
    source, written = FakeSource(done=400), []
    monkeypatch.setattr(HeadlessDriver, "write", lambda _, data: written.append(data))
    app = app_of(source)
    # Textual draws nothing in an app that runs without a terminal.
    monkeypatch.setattr(type(app), "is_headless", False)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        app.hold_drawing()
        written.clear()
        for width in range(100, 130, 3):
            await pilot.resize_terminal(width, 36)
        assert written == []
        app.resume_drawing()
        await pilot.pause()
        frames = [text for text in written if len(text) > 1000]
        # The new layout, and again what was lost; on a busy machine also a redraw that is due meanwhile.
        assert 1 <= len(frames) <= 4
        assert text_of(app).splitlines()[-1].strip()


async def test_nothing_is_drawn_or_computed_while_nobody_looks(app_of, monkeypatch):
    source, written = FakeSource(done=100), []
    monkeypatch.setattr(HeadlessDriver, "write", lambda _, data: written.append(data))
    app = app_of(source)
    monkeypatch.setattr(type(app), "is_headless", False)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        before = text_of(app)
        app.detach_screen()
        written.clear()
        source.status = replace(source.status, step=400)
        app.screen.redraw()
        app.screen.refresh()
        # The terminal takes what was written before.
        app.resume_drawing()
        await pilot.pause()
        assert written == [] and text_of(app) == before
        app.attach_screen(120, 36)
        app.resume_drawing()
        app.screen.redraw()
        await pilot.pause()
        # All of the screen, though little has changed.
        assert max(map(len, written)) > 2000 and text_of(app) != before


async def test_a_new_terminal_of_another_size_is_drawn_once_the_screen_has_that_size(app_of, monkeypatch):
    written = []
    monkeypatch.setattr(HeadlessDriver, "write", lambda _, data: written.append(data))
    app = app_of(FakeSource(done=100))
    monkeypatch.setattr(type(app), "is_headless", False)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        app.detach_screen()
        written.clear()
        app.attach_screen(100, 30)
        app.resume_drawing()
        assert written == []
        await pilot.resize_terminal(100, 30)
        app.resume_drawing()
        await pilot.pause()
        assert max(map(len, written)) > 2000
        assert max(int(row) for text in written for row in re.findall(r"\x1b\[(\d+);\d+H", text)) == 30
