"""The log of a run is written when it can be, and never disturbs who logs."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import pytest
import torch.nn

from bntui.run.storage.log import LOGGER, LogFile, logged


def _record(text: str) -> logging.LogRecord:
    return LOGGER.makeRecord("bntui", logging.WARNING, "file", 1, text, (), None)


def _texts(folder: Path) -> list[str]:
    return [line.split(" WARNING ")[1] for line in (folder / "worker.log").read_text().splitlines()]


def test_lines_wait_until_they_can_be_written(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder, has_folder = tmp_path / "later", False
    with logged(lambda: folder if has_folder else None):
        LOGGER.warning("there is no run yet")
        has_folder = True
        LOGGER.warning("the folder is missing")
        folder.mkdir()
        LOGGER.warning("it is there")
    assert _texts(folder) == ["there is no run yet", "the folder is missing", "it is there"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    handler = LogFile(lambda: tmp_path)
    (tmp_path / "worker.log").symlink_to("/dev/full")
    for _ in range(3):
        handler.handle(_record("no room"))
    assert capfd.readouterr() == ("", "")


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("mine")
    (tmp_path / "worker.log").symlink_to(tmp_path / "other")
    with logged(lambda: tmp_path):
        LOGGER.warning("not into the other file")
    assert (tmp_path / "other").read_text() == "mine"


def test_warnings_of_libraries_arrive_once_and_are_shown_as_before(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    before = warnings.showwarning
    with pytest.warns(UserWarning, match="old driver") as shown:
        with logged(lambda: tmp_path):
            warnings.warn("an old driver", stacklevel=1)
            with logged(lambda: other):
                warnings.warn_explicit("an old driver of another run", UserWarning, "cuda.py", 7)
            for each in (torch.__name__, torch.nn.__name__, "some.library"):
                logging.getLogger(each).warning("of the logger %s", each)
        warnings.warn("an old driver after the run", stacklevel=1)
    assert len(shown) == 3 and warnings.showwarning is before
    first, *others = _texts(tmp_path)
    assert first.endswith(": UserWarning: an old driver") and "test_log.py" in first
    assert others == [
        "cuda.py:7: UserWarning: an old driver of another run",
        *(f"of the logger {each}" for each in ("torch", "torch.nn", "some.library")),
    ]
    assert _texts(other) == others[:1]


def test_a_record_that_two_loggers_pass_on_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What the loggers of torch do before it is imported.
    monkeypatch.setattr(logging.getLogger("torch"), "propagate", True)
    with logged(lambda: tmp_path):
        logging.getLogger("torch").warning("once")
    assert _texts(tmp_path) == ["once"]
