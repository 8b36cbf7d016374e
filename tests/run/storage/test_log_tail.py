"""The end of a log is read as it grows, whatever the file holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bntui.run.storage.log import LOGGER, logged
from bntui.run.storage.log_tail import MOST_BYTES, MOST_LINES, LogTail

BEGIN = "2026-01-02 03:04:05,678"


def _texts(tail: LogTail) -> list[str]:
    return [line.text for line in tail.read()]


def test_records_have_time_and_level_and_lines_of_a_traceback_those_of_their_record(tmp_path: Path) -> None:
    with logged(lambda: tmp_path):
        LOGGER.info("run a trains")
        try:
            raise ValueError("bad")
        except ValueError:
            LOGGER.exception("training failed:")
    first, *others = LogTail(tmp_path).read()
    assert (first.level, first.text, first.first, len(first.time)) == ("INFO", "run a trains", True, 19)
    assert {line.level for line in others} == {"ERROR"} and [line.first for line in others][:2] == [True, False]
    assert others[1].text == "Traceback (most recent call last):" and others[-1].text == "ValueError: bad"
    assert others[-1].time == others[0].time


def test_only_what_was_added_is_read_and_unfinished_lines_are_shown(tmp_path: Path) -> None:
    tail, path = LogTail(tmp_path), tmp_path / "worker.log"
    assert tail.read() == ()
    path.write_text(f"{BEGIN} INFO one\n{BEGIN} WARNING tw")
    assert _texts(tail) == ["one", "tw"]
    with path.open("a") as file:
        file.write("o\nmore of two\n")
    assert [(line.text, line.level) for line in tail.read()] == [
        ("one", "INFO"),
        ("two", "WARNING"),
        ("more of two", "WARNING"),
    ]
    assert _texts(tail) == ["one", "two", "more of two"]


def test_a_file_that_is_replaced_emptied_or_gone_is_read_anew(tmp_path: Path) -> None:
    tail, path = LogTail(tmp_path), tmp_path / "worker.log"
    path.write_text("one\ntwo\n")
    assert _texts(tail) == ["one", "two"]
    (tmp_path / "new").write_text("three of another file\n")
    (tmp_path / "new").replace(path)
    assert _texts(tail) == ["three of another file"]
    path.write_text("four\n")
    assert _texts(tail) == ["four"]
    path.unlink()
    assert _texts(tail) == []


def test_of_a_large_file_the_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "worker.log"
    with path.open("w") as file:
        file.write("first\n")
        file.truncate(10 * MOST_BYTES)
        file.seek(0, os.SEEK_END)
        file.write("\n" + "".join(f"line {number}\n" for number in range(2 * MOST_LINES)))
    tail = LogTail(tmp_path)
    assert _texts(tail) == [f"line {number}" for number in range(MOST_LINES, 2 * MOST_LINES)]
    with path.open("a") as file:
        file.write("x" * 2 * MOST_BYTES + "\nlast\n")
    assert _texts(tail) == ["last"]


def test_what_controls_a_terminal_is_made_printable(tmp_path: Path) -> None:
    (tmp_path / "worker.log").write_bytes(b"\x1b]52;c;aGk=\x07\xff\x00" + "\u202e".encode() + b"\n" + b"y" * 5000)
    controls, long = _texts(LogTail(tmp_path))
    assert controls == "�]52;c;aGk=����"
    assert len(long) == 2000 and "…" in long


@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_what_is_no_file_is_not_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "worker.log"
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        (tmp_path / "other").write_text("secret")
        path.symlink_to(tmp_path / "other")
    else:
        os.mkfifo(path)
    with pytest.raises(OSError):
        LogTail(tmp_path).read()
