"""Runs are listed, named, noted and deleted."""

from __future__ import annotations

from pathlib import Path

from bntui.run.storage import folders
from tests.cli.conftest import TINY, Bntui


def test_runs_of_an_empty_folder(tmp_path: Path, bntui: Bntui) -> None:
    assert bntui("runs") == (0, f"no runs in {tmp_path / 'runs'}\n", "")


def test_runs_are_listed_with_their_state_and_accuracies(finished_run: Path, bntui: Bntui) -> None:
    _, out, _ = bntui("runs", "--runs-dir", str(finished_run.parent))
    header, line = out.splitlines()
    assert header.split()[:2] == ["run", "preset"]
    for text in (finished_run.name, "digits", "cpu", "3/3", "finished", "standard 0.", "bn 0.", "noisy 0."):
        assert text in line


def test_a_finished_run_cannot_be_stopped(finished_run: Path, bntui: Bntui) -> None:
    message = f"bntui: run {finished_run.name}: is finished; only a training run can be stopped\n"
    assert bntui("stop", str(finished_run)) == (2, "", message)


def test_a_run_is_named_noted_found_and_deleted(tmp_path: Path, bntui: Bntui) -> None:
    bntui(*TINY, "--steps", "1")
    (folder,) = folders.all_runs(tmp_path / "runs")
    assert bntui("rename", "last", "first try") == (0, "", "")
    assert bntui("note", "last", "one step only") == (0, "", "")
    for text in ("", "TRY", "only"):
        _, out, _ = bntui("runs", "--filter", text)
        assert "first try" in out and "one step only" in out
    assert bntui("runs", "--filter", "second") == (0, f"no runs in {tmp_path / 'runs'} with 'second'\n", "")
    status, _, error = bntui("delete", "last")
    assert (status, folder.exists()) == (2, True)
    assert "confirm with --yes" in error
    assert bntui("delete", "last", "--yes") == (0, f"run {folder.name} is deleted\n", "")
    assert not folder.exists()


def test_a_run_is_deleted_only_by_a_name_that_cannot_be_meant_otherwise(tmp_path: Path, bntui: Bntui) -> None:
    bntui(*TINY, "--steps", "1")
    (folder,) = folders.all_runs(tmp_path / "runs")
    for name, message in (("", "is empty"), (" ", "is empty"), ("noi", "write at least 4 characters")):
        status, _, error = bntui("delete", name, "--yes")
        assert (status, message in error) == (2, True)
    assert folder.is_dir()
    assert bntui("delete", folder.name[:7], "--yes")[0] == 0
