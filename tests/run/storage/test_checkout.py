"""The commit of a checkout is known, with and without git, and whether its files differ."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bntui.run.storage import checkout


def _git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=")
    done = subprocess.run(("git", *identity, *arguments), cwd=folder, capture_output=True, check=True, timeout=30)
    return done.stdout.decode().strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    _git(tmp_path, "init", "-q")
    (tmp_path / "code.py").write_text("x = 1\n")
    _git(tmp_path, "add", "code.py")
    _git(tmp_path, "commit", "-q", "-m", "Begin")
    _git(tmp_path, "tag", "v1")
    return tmp_path


def test_a_commit_and_whether_files_differ_from_it(repository: Path) -> None:
    head = _git(repository, "rev-parse", "HEAD")
    assert checkout.commit(repository) == head
    (repository / "notes.txt").write_text("not a part of the code")
    assert checkout.commit(repository) == head
    (repository / "code.py").write_text("x = 2\n")
    assert checkout.commit(repository) == f"{head}-dirty"


def test_another_repository_in_the_environment_is_not_asked(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = _git(repository, "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert checkout.commit(repository) == head


def test_no_commit_without_a_repository(tmp_path: Path) -> None:
    assert checkout.commit(tmp_path) == ""
    (tmp_path / ".git").write_text("damaged")
    assert checkout.commit(tmp_path) == ""


def test_no_commit_without_git(repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert checkout.commit(repository) == ""


def test_a_git_that_hangs_is_given_up(repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hanging = tmp_path / "bin" / "git"
    hanging.parent.mkdir()
    hanging.write_text("#!/bin/sh\nexec sleep 60\n")
    hanging.chmod(0o755)
    monkeypatch.setenv("PATH", str(hanging.parent), prepend=":")
    monkeypatch.setattr(checkout, "SECONDS", 0.05)
    assert checkout.commit(repository) == ""
