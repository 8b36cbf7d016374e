"""A shell completes commands, options, and the names of presets, runs and sweeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from bntui.run.storage import folders
from bntui.sweep.sweep_folder import FILE, FOLDER
from tests.cli.conftest import Bntui


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    """A folder of two runs and a sweep, of which completion needs no more than the names."""
    for file in (f"noisy-1/{folders.DATABASE}", f"noisy-2/{folders.DATABASE}", f"{FOLDER}/rates/{FILE}"):
        path = tmp_path / "made" / file
        path.parent.mkdir(parents=True)
        path.touch()
    return tmp_path / "made"


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("bntui val", ["values"]),
        ("bntui values noisy-1 train.loss --la", ["--layer", "--last"]),
        ("bntui --preset convex-", ["convex-bias", "convex-plane"]),
        ("bntui attach --runs-dir {} noisy", ["noisy-1", "noisy-2"]),
        ("bntui --runs-dir {} compare la", ["last"]),
        ("bntui report --runs-dir {} --sweep r", ["rates"]),
        ("bntui sweep show --runs-dir {} r", ["rates"]),
        ("bntui sweep run --runs-dir {} init", ["init-gain"]),
        ("bntui attach --runs-dir {}/noisy-1/run.sqlite no", []),
    ],
)
def test_names_are_completed(
    line: str, offered: list[str], runs_dir: Path, bntui: Bntui, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_BNTUI_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line.format(runs_dir))
    monkeypatch.setenv("COMP_CWORD", str(len(line.split()) - 1))
    status, out, error = bntui()
    assert (status, sorted(out.split()), error) == (0, sorted(offered), "")
