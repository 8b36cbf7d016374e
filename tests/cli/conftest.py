"""Runs `bntui` in this process, with folders of its own for runs, settings and data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bntui.cli.main import execute
from bntui.run.storage import folders

TINY = (
    *("--preset", "noisy", "--headless", "--dataset", "digits", "--batch-size", "16", "--device", "cpu"),
    *("--set", "network=blog-cnn", "--set", "probes.test.samples=50"),
)
"""Options that train a small network; followed by --steps."""

Bntui = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BNTUI_RUNS_DIR", str(tmp_path / "runs"))
    for folder in ("config", "cache", "state"):
        monkeypatch.setenv(f"XDG_{folder.upper()}_HOME", str(tmp_path / folder))


@pytest.fixture
def bntui(capsys: pytest.CaptureFixture[str]) -> Bntui:
    """Runs `bntui` with arguments; returns its exit status, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        status = execute(list(arguments))
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run of three steps, which tests only read."""
    runs_dir = tmp_path_factory.mktemp("runs")
    assert execute([*TINY, "--steps", "3", "--runs-dir", str(runs_dir)]) == 0
    (folder,) = folders.all_runs(runs_dir)
    return folder
