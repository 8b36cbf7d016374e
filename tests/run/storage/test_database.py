"""Only databases of runs are opened, and none is changed, whoever wrote it and whatever else has its name."""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bntui.records import UserError
from bntui.run.storage import database, folders
from bntui.run.storage.listing import summaries
from bntui.run.storage.reader import RunReader
from tests.run.conftest import MEASUREMENTS

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"


def _change(folder: Path, *queries: str) -> None:
    with closing(sqlite3.connect(folder / folders.DATABASE)) as connection, connection:
        for query in queries:
            connection.execute(query)


def _replace(path: Path, make: Callable[[Path], object]) -> None:
    path.unlink(missing_ok=True)
    make(path)


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", "-journal"])
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (os.mkfifo, "not a regular file"),
        (os.mkdir, "not a regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "a link"),
    ],
)
def test_what_is_no_regular_file_is_not_opened(
    finished: Path, suffix: str, make: Callable[[Path], object], reason: str
) -> None:
    _replace(finished / (folders.DATABASE + suffix), make)
    with pytest.raises(UserError, match=rf"run p-.*: run.sqlite cannot be read: {reason}: run.sqlite{suffix}"):
        RunReader(finished)


def test_a_runs_folder_may_be_a_link(finished: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(finished)
    with RunReader(tmp_path / "link") as reader:
        assert reader.spec.name == "p"


@pytest.mark.parametrize(
    ("queries", "reason"),
    [
        (["DROP TABLE notices", f"CREATE VIEW notices AS {ENDLESS} SELECT i AS id FROM n"], "'notices', which is no"),
        (["DROP TABLE run"], "no column run.key"),
        (["CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM run; END"], "'t', which is no table"),
        (["DROP TABLE run", "CREATE TABLE run (key, value AS (zeroblob(100)))"], "no column run.value"),
    ],
)
def test_a_database_with_other_tables_is_not_read(finished: Path, queries: list[str], reason: str) -> None:
    _change(finished, *queries)
    with pytest.raises(UserError, match=reason):
        RunReader(finished)
    (summary,) = summaries(finished.parent)
    assert summary.state.startswith("unreadable: ")


def test_a_query_ends_that_takes_more_work_than_the_file_holds(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_INSTRUCTIONS", 1000)
    with closing_database(finished) as opened, pytest.raises(UserError, match="interrupted"):
        list(opened.rows(f"{ENDLESS} SELECT i FROM n WHERE i < 0"))


def closing_database(folder: Path) -> closing[database.Database]:
    return closing(database.Database(folder))


def test_a_locked_database_can_be_read_later(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.01)
    with closing(sqlite3.connect(finished / folders.DATABASE, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(database.Locked, match=r"another program has locked run\.sqlite"):
            RunReader(finished)
    with RunReader(finished) as reader:
        assert len(list(reader.measurements())) == len(MEASUREMENTS)


def _killed_while_writing(finished: Path, to: Path) -> Path:
    """Copy a run while a rollback journal holds what is to be undone."""
    with closing(sqlite3.connect(finished / folders.DATABASE, isolation_level=None)) as writing:
        for query in (
            "PRAGMA journal_mode = DELETE",
            "PRAGMA cache_size = 1",
            "BEGIN",
            "UPDATE measurements SET step = 9",
        ):
            writing.execute(query)
        writing.execute("INSERT INTO run VALUES ('x', zeroblob(100000))")
        shutil.copytree(finished, to)
        writing.execute("ROLLBACK")
    return to


def test_an_unfinished_write_is_undone(finished: Path, tmp_path: Path) -> None:
    with RunReader(_killed_while_writing(finished, tmp_path / "killed")) as reader:
        assert [measured.step for measured in reader.measurements()] == [each.step for each in MEASUREMENTS]


def test_an_unfinished_write_is_no_reason_to_delete_another_file(finished: Path, tmp_path: Path) -> None:
    killed = _killed_while_writing(finished, tmp_path / "killed")
    (victim := tmp_path / "victim").write_text("dear")
    name = str(victim).encode()
    with (killed / "run.sqlite-journal").open("ab") as journal:
        numbers = struct.pack(">III", 1, len(name), sum(name) & 0xFFFFFFFF)
        journal.write(numbers[:4] + name + numbers[4:] + bytes.fromhex("d9d505f920a163d7"))
    with pytest.raises(UserError, match="its journal names another file"):
        RunReader(killed)
    assert victim.read_text() == "dear"


def test_an_unfinished_write_in_a_folder_of_somebody_else_is_named(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = _killed_while_writing(finished, tmp_path / "killed")
    monkeypatch.setattr(database.os, "access", lambda path, mode: False)
    with pytest.raises(UserError, match="its last write was not finished"):
        RunReader(killed)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_run_in_a_folder_that_cannot_be_written_is_read(finished: Path) -> None:
    finished.chmod(0o500)
    with RunReader(finished) as reader:
        assert len(list(reader.measurements())) == len(MEASUREMENTS)


def test_an_unwritable_folder_is_read_without_writing(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _change(finished, "PRAGMA journal_mode = WAL")
    monkeypatch.setattr(database.os, "access", lambda path, mode: False)
    before = sorted(finished.iterdir())
    with RunReader(finished) as reader:
        assert len(list(reader.measurements())) == len(MEASUREMENTS)
        assert sorted(finished.iterdir()) == before


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("state", '"unheard of"', "its state cannot be read: Input should be 'loading'"),
        ("progress", "[" * 100_000, "its progress cannot be read: .*recursion limit"),
        ("progress", '{"steps": 1' + "0" * 400 + ', "seconds": 1, "probe_seconds": 1}', "its progress cannot be read"),
        ("progress", '{"steps": 1}', "its progress cannot be read: seconds: Field required"),
        ("title", "17", "its title cannot be read: Input should be a valid string"),
        ("title", '"' + "x" * 2_000_000 + '"', "is not a text, or is too long"),
        ("spec", '"steps = 3"', "its spec: 'network' is missing"),
        ("info", "{}", "its info cannot be read: columns: Field required"),
        ("info", "3", "its info cannot be read"),
    ],
)
def test_a_value_of_another_kind_is_named(finished: Path, key: str, value: str, reason: str) -> None:
    with closing(sqlite3.connect(finished / folders.DATABASE)) as connection, connection:
        connection.execute("INSERT OR REPLACE INTO run VALUES (?, ?)", (key, value))
    (summary,) = summaries(finished.parent)
    assert summary.state.startswith("unreadable: its ") and summary.spec is None
    with RunReader(finished) as reader, pytest.raises(UserError, match=reason) as error:
        _ = reader.spec, reader.info, reader.state, reader.progress, reader.value("title")
    assert str(error.value).startswith(f"run {finished.name}: ")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("UPDATE measurements SET data = X'00' WHERE id = 2", "measurement 2 is damaged"),
        ("UPDATE measurements SET data = zeroblob(40) WHERE id = 2", "measurement 2 is damaged"),
        ("UPDATE measurements SET data = 'text' WHERE id = 2", "measurement 2 is damaged"),
        ("UPDATE measurements SET step = 1 << 40 WHERE id = 3", "measurement 3 is damaged"),
        ("UPDATE measurements SET step = 9 WHERE id = 1", "measurement 2 is damaged"),
        ("UPDATE measurements SET variant = 'other' WHERE id = 4", "measurement 4 is damaged"),
        ("UPDATE measurements SET probe = 'other' WHERE id = 4", "measurement 4 is damaged"),
        ("UPDATE measurements SET variant = CAST(X'FF' AS TEXT)", "cannot be read: .*UTF-8|a text is damaged"),
        ("UPDATE notices SET step = 'x'", "a notice is damaged"),
        ("UPDATE columns SET name = X'00' WHERE id = 1", "its columns cannot be read: a column is not a text"),
        ("UPDATE columns SET name = 'loss'", "its columns cannot be read: a column is repeated"),
    ],
)
def test_a_damaged_row_is_named(finished: Path, query: str, reason: str) -> None:
    _change(finished, query)
    with RunReader(finished) as reader, pytest.raises(UserError, match=reason):
        reader.notices()
        list(reader.measurements())
