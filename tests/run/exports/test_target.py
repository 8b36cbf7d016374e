"""Where exports go: a target is complete, or as it was before."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bntui.records import UserError
from bntui.run.exports import formats
from bntui.run.exports.formats import FORMATS, write
from bntui.run.exports.table import RunTable, Table
from bntui.run.exports.target import check_new_folder


@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_leaves_what_was_there(
    table: Table, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = tmp_path / "x"
    write(table, to, form)
    before = sorted(path for path in tmp_path.rglob("*") if path.is_file())

    def full(_: RunTable) -> Iterator[None]:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        yield

    monkeypatch.setattr(RunTable, "batches", full)
    with pytest.raises(UserError, match="x: cannot be written: No space left on device"):
        write(table, to, form)
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == before
    assert list(tmp_path.iterdir()) == [to]


@pytest.mark.parametrize("form", FORMATS)
def test_a_target_is_replaced(table: Table, tmp_path: Path, form: str) -> None:
    to = tmp_path / "x"
    write(table, to, form)
    (stale,) = [to] if to.is_file() else [next(to.iterdir()).rename(to / "stale")]
    write(table, to, form)
    assert list(tmp_path.iterdir()) == [to]
    assert to.is_file() or not stale.exists()


def test_what_is_no_file_is_written_to(table: Table) -> None:
    write(table, Path("/dev/null"), "long")
    assert Path("/dev/null").is_char_device()


def test_a_link_stays(table: Table, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write(table, tmp_path / "link", "long")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "file").is_file()


def test_a_folder_with_other_files_is_not_replaced(tmp_path: Path) -> None:
    check_new_folder(tmp_path / "new", "--out")
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(UserError, match="holds other files than event files"):
        check_new_folder(tmp_path, "--out")
    with pytest.raises(UserError, match="is a file"):
        check_new_folder(tmp_path / "thesis.tex", "--out")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UserError, match=r"--format parquet needs pyarrow; .* pip install 'bntui\[parquet\]'"):
        formats.check_installed("parquet")
