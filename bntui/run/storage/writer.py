"""Writes the database and files of a run; every batch of the trainer's events is one commit."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bntui.records import Column, Measurement, Notice, Progress, Reading, RunInfo, Session, State, UserError
from bntui.run.storage import file_systems, folders, run_files, schema, trainer_process
from bntui.run.storage.batch import Batch, NoticeRow, Row, row
from bntui.run.storage.stored_readings import ReadingRow, reading_row
from bntui.spec import ExperimentSpec
from bntui.user_paths import reason

LOCK_SECONDS = 2.0
"""How long a commit waits for the lock of another program before it fails."""


class LostFilesError(OSError):
    """The files of a run are gone, were replaced by others, or are damaged."""


class RunWriter:
    """The database and files of a run being trained. Use it from one thread at a time, and close it.

    If the process is killed, the database stays readable and only the uncommitted batch is lost. `stored` is the number
    of its measurements.
    """

    def __init__(
        self,
        runs_dir: Path,
        spec: ExperimentSpec,
        *,
        session: Session | None = None,
        share: bool = False,
        title: str = "",
    ) -> None:
        """Create the run's folder, for all users to read if `share`, else for its owner. Raises UserError.

        `session` describes the process that trains the run, and begins now.
        """
        self._mode = run_files.SHARED if share else run_files.PRIVATE
        self.folder = folders.create(runs_dir, spec.name, run_files.folder_mode(self._mode))
        self._path = self.folder / folders.DATABASE
        self._values: dict[str, Any] = {
            "state": State.TRAINING,
            "preset": spec.name,
            "spec": spec.toml(),
            "seed": spec.seed,
            **trainer_process.record(),
            "sessions": [asdict(begun_now(session or Session()))],
            "title": title,
        }
        self.stored = 0
        self._columns: tuple[Column, ...] = ()
        self._variants: tuple[str, ...] = ()
        self._notices: list[NoticeRow] = []
        self._readings: list[ReadingRow] = []
        self._files: list[run_files.Identity] = []
        self._written = (0, 0)
        self._lock = folders.lock(self.folder, self._mode)
        with self._removed_on_error():
            self._create()

    @property
    def run_id(self) -> str:
        """The run's id, its folder's name."""
        return self.folder.name

    def begin(self, info: RunInfo, notices: Iterable[Notice] = ()) -> None:
        """Store the run's columns, variants and layers, and first notices.

        Raises UserError if that fails; no run is left then.
        """
        self._columns, self._variants = info.columns, info.variants
        with self._removed_on_error():
            with self._transaction():
                self._put(info={**asdict(info), "columns": []})
                self._put_columns()
            self.write(notices)

    def put(self, **values: Any) -> None:
        """Store values of the whole run, and commit."""
        with self._transaction():
            self._put(**values)

    def write(
        self,
        events: Iterable[Measurement | Notice],
        progress: Progress | None = None,
        readings: Sequence[Reading] = (),
    ) -> None:
        """Append events and commit; if that fails, nothing of them is stored."""
        self.commit(Batch.of(events, progress, readings))

    def commit(self, batch: Batch) -> None:
        """Append a batch and commit; if that fails, nothing of it is stored."""
        readings = [reading_row(reading, self._variants) for reading in batch.readings]
        with self._transaction():
            self._append(batch.measurements, batch.notices, readings)
            if batch.progress:
                self._put(progress=asdict(batch.progress))
        self._notices += batch.notices
        self._readings += readings
        self.stored += len(batch.measurements)

    def check(self) -> None:
        """Raise LostFilesError if the run's files are gone, replaced or damaged, OSError if this cannot be told."""
        if self._found() != self._files:
            raise LostFilesError("its files disappeared or were replaced")
        if self._version() != self._written:
            # Another program has written to the database.
            self._read_all()
            self._written = self._version()

    def recreate(self, measurements: Iterable[Measurement]) -> None:
        """Write the run anew, with these measurements, after LostFilesError.

        A database that another program has put in its place is kept beside it. Raises OSError and sqlite3.Error.
        """
        self.release()
        self._make_room()
        self._create(measurements)

    def reopen(self) -> None:
        """Connect to the database anew."""
        self._database.close()
        self._connect()
        self._files[-1] = self._found()[-1]

    def close(self, state: State) -> None:
        """Store how the run ended, and release its files; if storing fails, nothing is released.

        The database is then a single file. Raises LostFilesError if it is damaged.
        """
        self.put(state=state, ended=_now())
        self._database.execute("PRAGMA busy_timeout = 0")
        # Fails while another process reads the run; then the log stays, and readers can use it.
        with contextlib.suppress(sqlite3.OperationalError):
            self._database.execute("PRAGMA journal_mode = DELETE")
            self._files[-1] = None
        self._read_all()
        self.release()

    def release(self) -> None:
        """Close the run's files."""
        self._database.close()
        self._lock.release()

    @contextlib.contextmanager
    def _removed_on_error(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise UserError(
                f"runs folder {self.folder.parent}: cannot be written ({reason(error)}); give another with --runs-dir"
            ) from None

    def _create(self, measurements: Iterable[Measurement] = ()) -> None:
        """Create the files in the folder, and hold the run's lock."""
        spec = self.folder / folders.SPEC
        spec.unlink(missing_ok=True)
        run_files.create(spec, self._mode, self._values["spec"].encode())
        # Another process may hold the lock for a moment to see whether the run trains.
        self._lock.acquire(timeout=LOCK_SECONDS)
        run_files.create(self._path, self._mode)
        self._connect()
        self._database.executescript(schema.TABLES)
        with self._database:
            self._put(**self._values)
            self._put_columns()
            self._append(map(row, measurements), self._notices, self._readings)
        self._files = self._found()
        self._written = self._version()

    def _connect(self) -> None:
        # Created by the trainer's thread, used by the one that writes.
        uri = f"{self._path.absolute().as_uri()}?mode=rw"
        self._database = sqlite3.connect(uri, timeout=LOCK_SECONDS, check_same_thread=False, uri=True)
        # A write-ahead log is memory that all readers share, which those on other machines cannot.
        shared = file_systems.is_shared(self.folder)
        self._database.execute(f"PRAGMA journal_mode = {'DELETE' if shared else 'WAL'}")
        self._database.execute(f"PRAGMA synchronous = {'FULL' if shared else 'NORMAL'}")

    def _make_room(self) -> None:
        """Make the folder if it is gone, and remove what remains of the database."""
        if self.folder.is_symlink() or self.folder.is_file():
            _set_aside(self.folder)
        self.folder.mkdir(run_files.folder_mode(self._mode), parents=True, exist_ok=True)
        if run_files.identity(self._path) not in (None, self._files[1]):
            _set_aside(self._path)
        for suffix in folders.DATABASE_SUFFIXES:
            self._beside(suffix).unlink(missing_ok=True)

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(self._path.name + suffix)

    def _found(self) -> list[run_files.Identity]:
        """Return the identities of the folder, the database and its log."""
        return [run_files.identity(path) for path in (self.folder, self._path, self._beside("-wal"))]

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """Commit what is written inside, or nothing of it; `check` finds what other programs wrote before."""
        untouched = self._version() == self._written
        with self._database:
            yield
        if untouched:
            self._written = self._version()

    def _version(self) -> tuple[int, int]:
        """Return what changes whenever the database's file is written to. Raises OSError."""
        found = self._path.stat()
        return found.st_size, found.st_mtime_ns

    def _read_all(self) -> None:
        """Raise LostFilesError if the database is damaged, read as other processes read it."""
        uri = f"{self._path.absolute().as_uri()}?mode=ro"
        try:
            with contextlib.closing(sqlite3.connect(uri, timeout=LOCK_SECONDS, uri=True)) as database:
                (result,) = database.execute("PRAGMA quick_check(1)").fetchone()
                (version,) = database.execute("PRAGMA user_version").fetchone()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            result, version = "", 0
        if result != "ok" or version != schema.VERSION:
            raise LostFilesError(f"{self._path.name} was damaged")

    def _put(self, **values: Any) -> None:
        self._values |= values
        self._database.executemany(
            "INSERT OR REPLACE INTO run VALUES (?, ?)",
            [(key, json.dumps(value)) for key, value in values.items()],
        )

    def _put_columns(self) -> None:
        self._database.executemany(
            "INSERT INTO columns (probe, name, layer, unit) VALUES (?, ?, ?, ?)",
            [(column.probe, column.name, column.layer, column.unit) for column in self._columns],
        )

    def _append(
        self, measurements: Iterable[Row], notices: Iterable[NoticeRow], readings: Iterable[ReadingRow]
    ) -> None:
        self._database.executemany(
            "INSERT INTO measurements (step, variant, probe, data) VALUES (?, ?, ?, ?)", measurements
        )
        self._database.executemany(
            "INSERT INTO notices (kind, text, step, variant, place) VALUES (?, ?, ?, ?, ?)", notices
        )
        self._database.executemany(
            "INSERT INTO readings (step, seconds, probe_seconds, cpu, memory, variants, gpus)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            readings,
        )


def begun_now(session: Session) -> Session:
    """Return a session that begins now."""
    return replace(session, begun=_now())


def _set_aside(path: Path) -> None:
    """Rename a file of another program."""
    path.replace(path.with_name(f"{path.name}.replaced"))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
