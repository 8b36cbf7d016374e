"""Notices and lines of logs in the order in which things happened."""

from __future__ import annotations

from bntui.records import Notice, NoticeKind
from bntui.run.storage.log_tail import LogLine
from bntui.views.run_log import LogEntry, RunLog, log_entries

FALLBACK = Notice(NoticeKind.FALLBACK, "digits instead: no network")
DIVERGED = Notice(NoticeKind.DIVERGED, "standard diverged at step 5: loss", 5, "standard", "loss")
STOPPED = Notice(NoticeKind.STOPPED, "stopped at step 9", 9)


def _line(second: int, text: str, level: str = "WARNING") -> LogLine:
    return LogLine(f"2026-01-02 03:04:{second:02}", level, text)


LINES = [_line(1, "run a trains", "INFO"), _line(2, DIVERGED.text), _line(4, "cuda.py:7: an old driver")]


def _shown(entries: tuple[LogEntry, ...]) -> list[tuple[str, int | None, str]]:
    return [(entry.time[-2:], entry.step, entry.text) for entry in entries]


def test_a_notice_stands_at_its_line_or_behind_the_notice_before_it() -> None:
    assert _shown(log_entries({"": RunLog([FALLBACK, DIVERGED, STOPPED], LINES)})) == [
        ("", None, FALLBACK.text),
        ("01", None, "run a trains"),
        ("02", 5, DIVERGED.text),
        ("", 9, STOPPED.text),
        ("04", None, "cuda.py:7: an old driver"),
    ]


def test_without_a_log_there_are_the_notices_and_the_reason() -> None:
    entries = log_entries({"": RunLog([FALLBACK, DIVERGED], problem="worker.log cannot be read: gone")})
    assert [entry.text for entry in entries] == [FALLBACK.text, DIVERGED.text, "worker.log cannot be read: gone"]
    assert [entry.level for entry in entries] == ["WARNING", "ERROR", "ERROR"]
    assert [entry.is_notice for entry in entries] == [True, True, False]
    assert log_entries({"": RunLog([])}) == ()


def test_of_a_replay_there_are_only_notices_with_their_times() -> None:
    assert _shown(log_entries({"": RunLog([DIVERGED], LINES)}, notices_only=True)) == [("02", 5, DIVERGED.text)]


def test_runs_are_merged_by_time() -> None:
    other = [_line(0, "run b trains", "INFO"), _line(3, "run b finished", "INFO")]
    entries = log_entries({"a": RunLog([DIVERGED], LINES), "b": RunLog([STOPPED], other)})
    assert [(entry.run, entry.text) for entry in entries] == [
        ("b", STOPPED.text),
        ("b", "run b trains"),
        ("a", "run a trains"),
        ("a", DIVERGED.text),
        ("b", "run b finished"),
        ("a", "cuda.py:7: an old driver"),
    ]


def test_what_is_of_note() -> None:
    entries = log_entries({"": RunLog([DIVERGED], LINES)})
    assert [entry.of_note for entry in entries] == [False, True, True]
