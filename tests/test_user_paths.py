"""Paths that users give: no name is too odd, and nothing is waited for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bntui.records import UserError
from bntui.user_paths import expanded, is_file, is_folder, read_text

IMPOSSIBLE = ("n" * 300, "a/" * 5000, "a\0b", "/dev/null/x", "\udcff")


@pytest.mark.parametrize("name", IMPOSSIBLE, ids=range(5))
def test_nothing_is_where_nothing_can_be(name: str) -> None:
    assert not is_file(Path(name)) and not is_folder(Path(name))
    with pytest.raises(UserError, match="cannot be read: "):
        read_text(Path(name), 10)


def test_the_home_of_an_unknown_user_is_an_error() -> None:
    assert expanded("~") == Path.home()
    with pytest.raises(UserError, match="there is no such user"):
        expanded("~no-such-user-here/x")


def test_a_name_that_no_file_can_have_is_an_error() -> None:
    with pytest.raises(UserError, match="'a�b': no file can have this name"):
        expanded("a\0b")


def _folder(path: Path) -> str:
    path.mkdir()
    return "not a regular file"


def _pipe(path: Path) -> str:
    os.mkfifo(path)
    return "not a regular file"


def _link_to_itself(path: Path) -> str:
    path.symlink_to(path)
    return "cannot be read: "


def _too_large(path: Path) -> str:
    path.write_bytes(b"x" * 2001)
    return "larger than 2 kB"


def _bytes(path: Path) -> str:
    path.write_bytes(b"ab\xff")
    return "not a text in UTF-8, see its byte 3"


@pytest.mark.parametrize("spoil", [_folder, _pipe, _link_to_itself, _too_large, _bytes])
def test_what_is_no_text_gives_the_reason(tmp_path: Path, spoil: object) -> None:
    message = spoil(tmp_path / "x")  # type: ignore[operator]
    with pytest.raises(UserError, match=message):
        read_text(tmp_path / "x", 2000)


def test_a_text_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "x"
    for mark in (b"", b"\xef\xbb\xbf"):
        path.write_bytes(mark + "µ".encode())
        assert read_text(path, 2000) == "µ"
