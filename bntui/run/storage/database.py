"""Opens the database of a run for reading, whoever wrote it: checks it first, and names the run in every error."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bntui.records import UserError
from bntui.run.storage import folders, schema

WAIT_SECONDS = 1.5
"""The longest wait for another program that has locked the database."""

_ERRORS = (sqlite3.Error, OSError, UnicodeDecodeError)
_JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
"""The end of a journal that names the journal of several databases; that of a run never does."""
_LARGEST_VALUE = 1 << 24
"""Bytes of the longest text or measurement that is read."""
_INSTRUCTIONS = 1_000_000
"""Instructions of SQLite between two calls of the watch on a query."""

_GOOD_TABLES: set[tuple[int, frozenset[tuple[Any, ...]]]] = set()
"""Versions with the definitions of tables that were found to be those of runs; nearly all runs have the same."""


class Locked(UserError):
    """Another program has locked the database; it can be read later."""


class Database:
    """A run's database, opened for reading. Raises UserError for whatever is wrong with it.

    `version` is that of its schema.
    """

    def __init__(self, folder: Path) -> None:
        """Raise UserError unless the folder holds a run's database that this version can read."""
        self.folder = folder
        self.version = 0
        self._path = folder / folders.DATABASE
        self._watched = 0
        try:
            _check_files(self._path)
            self._finish_write()
            self._connection = self._connect()
        except _ERRORS as error:
            raise self._explained(error) from None
        try:
            with self.snapshot():
                self._check_version()
                self._check_tables()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def rows(self, query: str, parameters: tuple[object, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query."""
        self._watched = 0
        try:
            # Not from the cursor itself: that would be closed with the generator, perhaps after the database.
            yield from map(tuple, self._connection.execute(query, parameters))
        except _ERRORS as error:
            raise self._explained(error) from None

    def all_rows(self, query: str, parameters: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query, in less time than one by one."""
        self._watched = 0
        try:
            return self._connection.execute(query, parameters).fetchall()
        except _ERRORS as error:
            raise self._explained(error) from None

    def row(self, query: str, parameters: tuple[object, ...] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a query; None without one."""
        self._watched = 0
        try:
            row: tuple[Any, ...] | None = self._connection.execute(query, parameters).fetchone()
        except _ERRORS as error:
            raise self._explained(error) from None
        return row

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let several queries see the same moment; together they take much less time."""
        self.row("BEGIN")
        try:
            yield
        finally:
            self._connection.rollback()

    def wrong(self, what: str) -> UserError:
        """Return an error that names the run."""
        return UserError(f"run {self.folder.name}: {what}")

    def _explained(self, error: Exception) -> UserError:
        if not self._path.exists():
            return self.wrong(f"there is no {self._path.name} in {self.folder}")
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            return Locked(f"run {self.folder.name}: another program has locked {self._path.name}")
        # SQLite's own message quotes a text that cannot be decoded.
        reason = "a text is damaged" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", None)
        return self.wrong(f"{self._path.name} cannot be read: {reason or error}")

    def _connect(self) -> sqlite3.Connection:
        # A database with a write-ahead log can be opened without writing only if it is known not to change.
        still = not os.access(self.folder, os.W_OK) and not folders.in_use(self.folder)
        if still and _size(self._path, "-wal"):
            if not _size(self._path, "-shm"):
                raise OSError("its log can be read only where the folder can be written; copy the folder")
            still = False
        uri = f"{self._path.absolute().as_uri()}?mode=ro" + "&immutable=1" * still
        connection = sqlite3.connect(uri, timeout=WAIT_SECONDS, uri=True)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE)
        connection.set_progress_handler(self._watch, _INSTRUCTIONS)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        return connection

    def _finish_write(self) -> None:
        """Have SQLite undo a write during which the run's process died, which it cannot do while only reading."""
        size = _size(self._path, "-journal")
        if not size or folders.in_use(self.folder):
            return
        if not os.access(self.folder, os.W_OK):
            raise OSError("its last write was not finished, and can be undone only where the folder can be written")
        with self._path.with_name(self._path.name + "-journal").open("rb") as journal:
            journal.seek(max(size - len(_JOURNAL_MAGIC), 0))
            if journal.read() == _JOURNAL_MAGIC:
                raise OSError("its journal names another file, which SQLite would delete")
        uri = f"{self._path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, timeout=WAIT_SECONDS, uri=True)) as connection:
            connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()

    def _watch(self) -> bool:
        """End a query that takes more work than the whole file holds, as a damaged or malicious one may."""
        self._watched += 1
        size = sum(_size(self._path, suffix) for suffix in folders.DATABASE_SUFFIXES)
        return self._watched * _INSTRUCTIONS > 20 * _INSTRUCTIONS + 4 * size

    def _check_version(self) -> None:
        (self.version,) = self.row("PRAGMA user_version") or (0,)
        if self.version > schema.VERSION:
            raise self.wrong(
                f"written by a newer bntui (schema {self.version}, this one reads up to {schema.VERSION});"
                " upgrade bntui to read it"
            )
        if self.version < 1:
            raise self.wrong(f"{self._path.name} is not a run's database, or is empty")

    def _check_tables(self) -> None:
        """Raise UserError unless the tables are there, and nothing that computes: views, triggers, virtual tables."""
        tables = frozenset(self.rows("SELECT type, name, sql FROM sqlite_master WHERE sql NOT NULL LIMIT 1000"))
        if (self.version, tables) in _GOOD_TABLES:
            return
        for kind, name, query in tables:
            if not re.match("CREATE TABLE " if kind == "table" else "CREATE (UNIQUE )?INDEX ", query):
                raise self.wrong(f"{self._path.name} is not a run's database: it has '{name}', which is no table")
        found = self.rows(
            "SELECT tables.name, fields.name FROM sqlite_master AS tables, pragma_table_xinfo(tables.name) AS fields"
            " WHERE tables.type = 'table' AND fields.hidden = 0 LIMIT 1000"
        )
        missing = schema.columns(self.version) - set(found)
        if missing:
            table, column = min(missing)
            raise self.wrong(f"{self._path.name} is not a run's database: there is no column {table}.{column}")
        _GOOD_TABLES.add((self.version, tables))


def _check_files(path: Path) -> None:
    """Raise OSError unless all files of the database are regular: a link leads elsewhere, a pipe blocks."""
    for suffix in folders.DATABASE_SUFFIXES:
        try:
            mode = os.lstat(f"{path}{suffix}").st_mode
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(mode):
            raise OSError(f"{'a link' if stat.S_ISLNK(mode) else 'not a regular file'}: {path.name}{suffix}")


def _size(path: Path, suffix: str) -> int:
    try:
        return os.lstat(f"{path}{suffix}").st_size
    except FileNotFoundError:
        return 0
