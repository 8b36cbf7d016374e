"""Runs `bntui` in this process, with folders of its own for runs, settings and data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bntui.cli.main import execute

Bntui = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, folder in (("BNTUI_RUNS_DIR", "runs"), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache")):
        monkeypatch.setenv(name, str(tmp_path / folder))


@pytest.fixture
def bntui(capsys: pytest.CaptureFixture[str]) -> Bntui:
    """Runs `bntui` with arguments; returns its exit status, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        status = execute(list(arguments))
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call
