"""The log of a run is written when it can be, and never disturbs who logs."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bntui.run.storage.log import LOGGER, LogFile, logged


def _record(text: str) -> logging.LogRecord:
    return LOGGER.makeRecord("bntui", logging.WARNING, "file", 1, text, (), None)


def test_lines_wait_until_they_can_be_written(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "later"
    with logged(folder):
        LOGGER.warning("the folder is missing")
        folder.mkdir()
        LOGGER.warning("it is there")
    text = (folder / "worker.log").read_text()
    assert [line.split(" WARNING ")[1] for line in text.splitlines()] == ["the folder is missing", "it is there"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    handler = LogFile(Path("/dev/full"))
    for _ in range(3):
        handler.handle(_record("no room"))
    assert capfd.readouterr() == ("", "")


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("mine")
    (tmp_path / "worker.log").symlink_to(tmp_path / "other")
    with logged(tmp_path):
        LOGGER.warning("not into the other file")
    assert (tmp_path / "other").read_text() == "mine"
