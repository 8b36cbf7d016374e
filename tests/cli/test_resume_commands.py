"""`bntui resume`: extends runs, asks paused ones to continue, and says why a run cannot go on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bntui.run.storage import requests
from bntui.run.storage.reader import RunReader
from bntui.run.storage.writer import RunWriter
from bntui.spec import load
from tests.cli.conftest import TINY, Bntui


@pytest.fixture
def run(finished_run: Path, tmp_path: Path) -> Path:
    """The folder of a finished run of three steps, which a test may change."""
    return Path(shutil.copytree(finished_run, tmp_path / "runs" / finished_run.name))


def test_a_finished_run_is_extended_and_exported(run: Path, tmp_path: Path, bntui: Bntui) -> None:
    extended, whole = tmp_path / "extended.csv", tmp_path / "whole.csv"
    status, out, _ = bntui("resume", "last", "--headless", "--steps", "5", "--csv", str(extended))
    assert status == 0
    assert f"run {run.name} finished after 5 of 5 steps; CSV in {extended}" in out
    assert bntui(*TINY, "--steps", "5", "--csv", str(whole))[0] == 0
    texts = [[line.partition(",")[2] for line in csv.read_text().splitlines()] for csv in (extended, whole)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ((), "has finished its 3 steps; extend it with --steps N"),
        (("--steps", "3"), "has 3 steps already; --steps must be more"),
        (("--steps", "-1"), "has 3 steps already; --steps must be more"),
        (("--steps", "9", "--device", "warp"), "unknown device 'warp'; choose from auto, cpu, cuda, cuda:N, mps"),
    ],
)
def test_a_run_that_cannot_go_on_is_one_line(run: Path, bntui: Bntui, options: tuple[str, ...], reason: str) -> None:
    before = (run / "run.sqlite").read_bytes()
    status, out, error = bntui("resume", "last", "--headless", *options)
    assert (status, out) == (2, "")
    assert reason in error
    assert error.count("\n") == 1
    assert (run / "run.sqlite").read_bytes() == before


def test_a_run_that_another_process_trains_is_asked_to_continue(tmp_path: Path, bntui: Bntui) -> None:
    writer = RunWriter(tmp_path / "runs", load("noisy"))
    try:
        status, out, _ = bntui("resume", "last")
        assert status == 0
        assert out == f"run {writer.run_id} is asked to continue after its pause\n"
        assert [action for _, action, _ in requests.waiting(writer.folder)] == ["resume"]
        with RunReader(writer.folder) as reader:
            assert reader.progress.steps == 0
    finally:
        writer.release()


def test_the_name_of_a_folder_controls_no_terminal(tmp_path: Path, bntui: Bntui) -> None:
    writer = RunWriter(tmp_path / "runs", load("noisy"))
    try:
        writer.folder.rename(tmp_path / "runs" / "noisy\x1b[31m")
        status, out, _ = bntui("resume", "last")
        assert (status, out) == (0, "run noisy\ufffd[31m is asked to continue after its pause\n")
    finally:
        writer.release()
