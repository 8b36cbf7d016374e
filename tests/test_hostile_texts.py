"""No text of a run that somebody else made controls the terminal."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.color import Color

from bntui.cli.main import execute
from bntui.tui.terminal.printable_filter import PrintableFilter
from bntui.views.page_catalogue import PAGES
from tests.run.hostile import ESCAPES, hostile_run
from tests.terminal import Terminal

# Textual itself ends the names of mouse pointers with a bell.
HARMFUL = re.compile("\x1b\\]52|\x9b|\u202e|\x08|\x0e")
PAGE_KEYS = ("\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", *(f"\x1b[{number}~" for number in (15, 17, 18, 19, 20, 21)))
"""What a terminal sends for f1 to f9."""


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    return hostile_run(tmp_path / "runs")


@pytest.mark.parametrize(
    "arguments",
    [
        ["runs"],
        ["runs", "show", "last"],
        ["runs", "show", "last", "--json"],
        ["claims", "last"],
        ["claims", "last", "--json"],
        ["export", "last", "--csv", f"none{ESCAPES}/x.csv"],
        ["export", "last", "--format", ESCAPES],
        ["report", "last", "--out", f"none{ESCAPES}/x.html"],
        ["report", "--sweep", ESCAPES],
        ["stop", "last"],
        ["delete", "p-\x1b]52"],
        ["replay", ESCAPES],
        ["claims", "last", "last"],
    ],
)
def test_no_command_prints_it(hostile: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    execute([*arguments, "--runs-dir", str(hostile.parent)])
    printed = "".join(capsys.readouterr())
    assert printed and not HARMFUL.search(printed) and "\x07" not in printed and "\x1b" not in printed


def test_cells_of_a_csv_are_data_except_on_a_terminal(
    hostile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["export", "last", "--runs-dir", str(hostile.parent)]
    execute([*arguments, "--csv", str(tmp_path / "x.csv")])
    assert ESCAPES in (tmp_path / "x.csv").read_text(encoding="utf-8", errors="surrogateescape")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    execute(arguments)
    assert not HARMFUL.search(capsys.readouterr().out)


@pytest.mark.parametrize("form", ["parquet", "tensorboard"])
def test_other_formats_hold_it_as_text(hostile: Path, tmp_path: Path, form: str) -> None:
    arguments = ["export", "last", "--format", form, "--out", str(tmp_path / "x"), "--runs-dir", str(hostile.parent)]
    assert execute(arguments) == 0
    files = [path for path in (tmp_path / "x", *(tmp_path / "x").rglob("*")) if path.is_file()]
    assert all(f"conv1{ESCAPES}".encode() in path.read_bytes() for path in files)
    assert {path.parent.name for path in files} <= {tmp_path.name, "standard", "bn"}


def test_an_encoding_may_lack_characters(hostile: Path) -> None:
    command = [sys.executable, "-m", "bntui", "runs", "--runs-dir", str(hostile.parent)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    printed = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=True)
    assert b"\\ufffd]52;c;" in printed.stdout


def test_a_filter_keeps_the_width_of_what_it_replaces() -> None:
    segments = [Segment("naïve\xa0批"), Segment(f"a{ESCAPES}b\ud800"), Segment("\x1b[2J", None, [])]
    clean = PrintableFilter().apply(segments, Color(0, 0, 0))
    assert [segment.text for segment in clean[:2]] == ["naïve\xa0批", "a]52;c;cHduZWQ=31mb�"]
    assert [segment.cell_length for segment in clean] == [segment.cell_length for segment in segments]


@pytest.mark.slow
def test_no_page_and_no_dialog_shows_it(hostile: Path, tmp_path: Path) -> None:
    shutil.copytree(hostile, hostile.parent / "other")
    with Terminal("attach", str(hostile), "--runs-dir", str(hostile.parent), XDG_CONFIG_HOME=str(tmp_path)) as terminal:
        terminal.until("finished")
        ordinary = (page for page in PAGES if not page.special)
        for key, page in zip(PAGE_KEYS, ordinary, strict=True):
            terminal.type(key)
            names = (page.name, page.short or page.name)
            terminal.watch_until(lambda names=names: any(name in terminal.text for name in names))
        terminal.type("r")
        terminal.until("title?", "other")
        terminal.type("t")
        terminal.until("Title of")
        terminal.type("escape")
        terminal.until_gone("Title of")
        terminal.type("d")
        terminal.until("Delete run")
        terminal.type("n")
        terminal.until_gone("Delete run")
        for key in (" ", "down", " "):
            terminal.type(key)
        terminal.until("2 marked")
        terminal.type("c")
        terminal.until("A/", "B/", "finished after")
        terminal.type("\x10")  # the command palette
        terminal.until("Search for commands")
        terminal.type("ctrl+q")
        _, written = terminal.end()
    assert "?]52;c;" in written and not HARMFUL.search(written)
