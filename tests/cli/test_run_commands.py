"""Runs are listed, named, noted and deleted."""

from __future__ import annotations

from pathlib import Path

from bntui.run.storage import folders
from tests.cli.conftest import Bntui
from tests.cli.test_training_commands import TINY


def test_runs_of_an_empty_folder(tmp_path: Path, bntui: Bntui) -> None:
    assert bntui("runs") == (0, f"no runs in {tmp_path / 'runs'}\n", "")


def test_a_run_is_named_noted_found_and_deleted(tmp_path: Path, bntui: Bntui) -> None:
    bntui("--preset", "noisy", "--headless", "--steps", "1", *TINY)
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
