"""The page of the log: notices and lines, following, the filter, and the step of a notice."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from bntui.records import Notice, NoticeKind, State
from bntui.run.sources.protocol import Status
from bntui.tui.widgets.chart_pane import ChartPane
from bntui.tui.widgets.log_pane import LogPane
from tests.tui.conftest import KEY_OF, settle, text_of
from tests.tui.fake_source import DIVERGED, TRAIN_COLUMNS, FakeSource

SIZE = (80, 24)
FAILED = Notice(NoticeKind.FAILED, "training failed: ValueError: bad", 430)


def _line(second: int, text: str, level: str = "INFO") -> str:
    return f"2026-01-02 03:04:{second:02},678 {level} {text}\n"


@pytest.fixture
def source(tmp_path: Path) -> FakeSource:
    """A run with a folder for its log."""
    made = FakeSource(columns=TRAIN_COLUMNS, notices=(DIVERGED,))
    made.folder = tmp_path
    return made


def _write(source: FakeSource, *lines: str) -> None:
    assert source.folder
    with (source.folder / "worker.log").open("a") as file:
        file.writelines(lines)


async def _read(pilot: Pilot, *keys: str) -> str:
    """Press keys on the page of the log, and return the screen once the log was read anew."""
    await pilot.press(KEY_OF["log"], *keys)
    pane = pilot.app.screen.query_one(LogPane)
    await settle(pilot)
    for _ in range(2):
        pane._begun = float("-inf")
        pilot.app.screen.refresh_data()
        await pilot.app.workers.wait_for_complete([each for each in pilot.app.workers if each.group == "log"])
        await settle(pilot)
    return text_of(pilot.app)


async def test_notices_and_lines_are_told_apart(app_of, source: FakeSource) -> None:
    _write(source, _line(1, "run a trains"), _line(2, DIVERGED.text, "WARNING"), _line(3, "old driver", "WARNING"))
    async with app_of(source).run_test(size=SIZE) as pilot:
        shown = await _read(pilot)
    assert "log · 1 notice, 2 lines of worker.log · following" in shown
    assert "03:04:01 info        run a trains" in shown
    assert f"03:04:02 step 157    {DIVERGED.text}" in shown
    assert "▸03:04:03 warning     old driver" in shown


async def test_enter_moves_the_cursor_of_all_panes(app_of, source: FakeSource) -> None:
    async with app_of(source).run_test(size=SIZE) as pilot:
        await _read(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "the cursor of all panes is at step 157; escape removes it" in text_of(pilot.app)
        await pilot.press(KEY_OF["overview"])
        await settle(pilot)
        assert {pane.draw_options.cursor for pane in pilot.app.screen.query(ChartPane) if pane.plots} == {157}


async def test_the_list_follows_what_is_added_while_its_end_is_selected(app_of, source: FakeSource) -> None:
    _write(source, *(_line(number, f"line {number}") for number in range(40)))
    async with app_of(source).run_test(size=SIZE) as pilot:
        assert "▸03:04:39 info        line 39" in await _read(pilot)
        _write(source, _line(40, "line 40"))
        assert "▸03:04:40 info        line 40" in await _read(pilot)
        assert "▸03:04:38 info        line 38" in await _read(pilot, "up", "up")
        _write(source, _line(41, "line 41"))
        source.notices = (DIVERGED, Notice(NoticeKind.STORAGE, "no room", 20))
        shown = await _read(pilot)
        assert "▸03:04:38 info        line 38" in shown and "following" not in shown
        assert "▸         step 157    standard diverged" in await _read(pilot, "home")
        assert "▸03:04:41 info        line 41" in await _read(pilot, "end")


async def test_the_filter_leaves_notices_warnings_and_errors(app_of, source: FakeSource) -> None:
    _write(source, _line(1, "run a trains"), _line(2, "old driver", "WARNING"))
    async with app_of(source).run_test(size=SIZE) as pilot:
        shown = await _read(pilot, "f")
        assert "old driver" in shown and "standard diverged" in shown and "run a trains" not in shown
        assert "warnings and errors only" in shown
        assert "run a trains" in await _read(pilot, "f")


async def test_a_failed_run_opens_at_its_error(app_of, source: FakeSource) -> None:
    traceback = (f'  File "trainer.py", line {number}, in step\n' for number in range(60))
    _write(source, _line(1, "training failed:", "ERROR"), "Traceback:\n", *traceback, "ValueError: bad\n")
    _write(source, _line(2, FAILED.text, "WARNING"), _line(3, "run a failed after 430 of 1000 steps"))
    source.notices = (DIVERGED, FAILED)
    source.status = Status(State.FAILED, 430)
    async with app_of(source).run_test(size=SIZE) as pilot:
        shown = await _read(pilot)
        assert "line 59, in step" in shown and "ValueError: bad" in shown and "run a failed" in shown
        assert f"step 430    {FAILED.text}" in shown


async def test_a_replay_shows_the_lines_when_it_is_over(app_of, source: FakeSource) -> None:
    _write(source, _line(1, "run a trains"), _line(2, DIVERGED.text, "WARNING"), _line(3, "old driver", "WARNING"))
    source.status = Status(State.REPLAYING, 430)
    async with app_of(source).run_test(size=SIZE) as pilot:
        shown = await _read(pilot)
        assert f"03:04:02 step 157    {DIVERGED.text}" in shown and "old driver" not in shown
        source.status = Status(State.FINISHED, 1000)
        assert "old driver" in await _read(pilot)


async def test_long_lines_are_wrapped_and_a_click_selects_an_entry(app_of, source: FakeSource) -> None:
    _write(source, _line(1, "short"), _line(2, "many words " * 12 + "end"), _line(3, "last"))
    async with app_of(source).run_test(size=SIZE) as pilot:
        lines = (await _read(pilot)).splitlines()
        wrapped = [number for number, line in enumerate(lines) if "many words" in line]
        assert len(wrapped) == 3 and "end" in lines[wrapped[-1]]
        await pilot.click(LogPane, offset=(30, wrapped[-1] - 3))
        await settle(pilot)
        assert text_of(pilot.app).splitlines()[wrapped[0]].startswith("│▸03:04:02")


async def test_an_unreadable_log_says_why(app_of, source: FakeSource, tmp_path: Path) -> None:
    (tmp_path / "worker.log").mkdir()
    async with app_of(source).run_test(size=SIZE) as pilot:
        assert "error       worker.log cannot be read: Is a directory" in await _read(pilot)


async def test_without_notices_and_log_it_says_so(app_of) -> None:
    async with app_of(FakeSource(columns=TRAIN_COLUMNS)).run_test(size=SIZE) as pilot:
        assert "no notices so far, and no lines in worker.log" in await _read(pilot)
