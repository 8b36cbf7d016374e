"""Where the token comes from, and which files may hold it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bntui.records import UserError
from bntui.serve.token import take_token
from tests.serve.conftest import TOKEN


def _file(folder: Path, text: bytes, mode: int = 0o600) -> Path:
    file = folder / "token"
    file.write_bytes(text)
    file.chmod(mode)
    return file


def test_of_a_file(tmp_path: Path) -> None:
    assert take_token(_file(tmp_path, f"{TOKEN}\n".encode()), {}) == TOKEN


def test_of_the_environment_from_which_it_is_removed() -> None:
    environment = {"BNTUI_TOKEN": TOKEN, "HOME": "/"}
    assert take_token(None, environment) == TOKEN
    assert environment == {"HOME": "/"}


def test_generated() -> None:
    tokens = {take_token(None, {}) for _ in range(100)}
    assert len(tokens) == 100 and min(map(len, tokens)) >= 32


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602, 0o601])
def test_a_file_that_others_may_open(mode: int, tmp_path: Path) -> None:
    file = _file(tmp_path, TOKEN.encode(), mode)
    with pytest.raises(UserError, match=f"other users may open it; run: chmod 600 {file}"):
        take_token(file, {})


@pytest.mark.parametrize(
    "text", [b"", b"\n", b"short", b"with spaces in the token", "schlüssel-äöü-schlüssel".encode()]
)
def test_no_usable_token(text: bytes, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="a token is 16 to 1024 ASCII characters without spaces"):
        take_token(_file(tmp_path, text), {})
    with pytest.raises(UserError, match="BNTUI_TOKEN: a token is"):
        take_token(None, {"BNTUI_TOKEN": text.decode()})


def test_files_that_are_none(tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe", 0o600)
    for file, reason in ((pipe, "not a regular file"), (tmp_path, "."), (tmp_path / "none", "No such file")):
        with pytest.raises(UserError, match=f"--token-file {file}: .*{reason}"):
            take_token(file, {})
    with pytest.raises(UserError, match="not a text file"):
        take_token(_file(tmp_path, b"\xff" * 20), {})
    with pytest.raises(UserError, match="a token is 16 to 1024"):
        take_token(_file(tmp_path, b"x" * 10_000_000), {})
