"""Writes the database and files of a run; every batch of the trainer's events is one commit."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bntui import __version__
from bntui.records import Measurement, Notice, Progress, RunInfo, State, UserError
from bntui.run.storage import folders, schema
from bntui.run.storage.batch import Batch
from bntui.spec import ExperimentSpec


class RunWriter:
    """The database and files of a run being trained. Use it from one thread at a time, and close it.

    If the process is killed, the database stays readable and only the uncommitted batch is lost.
    """

    def __init__(self, runs_dir: Path, spec: ExperimentSpec, versions: Mapping[str, str]) -> None:
        """Create the run's folder. Raises UserError if that fails."""
        self.folder = folders.create(runs_dir, spec.name)
        try:
            (self.folder / folders.SPEC).write_text(spec.toml(), encoding="utf-8")
            self._lock = folders.lock(self.folder)
            self._lock.acquire(timeout=0)
            self._database = self._create(spec, versions)
        except (OSError, sqlite3.Error) as error:
            raise UserError(f"run folder {self.folder}: cannot be written: {error}") from None

    @property
    def run_id(self) -> str:
        """The run's id, its folder's name."""
        return self.folder.name

    def begin(self, info: RunInfo) -> None:
        """Store the run's columns, variants and layers."""
        with self._database:
            self._put(info={**asdict(info), "columns": []})
            self._database.executemany(
                "INSERT INTO columns (probe, name, layer, unit) VALUES (?, ?, ?, ?)",
                [(column.probe, column.name, column.layer, column.unit) for column in info.columns],
            )

    def write(self, events: Iterable[Measurement | Notice], progress: Progress | None = None) -> None:
        """Append events and commit; if that fails, nothing of them is stored."""
        self.commit(Batch.of(events, progress))

    def commit(self, batch: Batch) -> None:
        """Append a batch and commit; if that fails, nothing of it is stored."""
        with self._database:
            self._database.executemany(
                "INSERT INTO measurements (step, variant, probe, data) VALUES (?, ?, ?, ?)", batch.measurements
            )
            self._database.executemany(
                "INSERT INTO notices (kind, text, step, variant, place) VALUES (?, ?, ?, ?, ?)", batch.notices
            )
            if batch.progress:
                self._put(progress=asdict(batch.progress))

    def close(self, state: State) -> None:
        """Store how the run ended, and release its files; if storing fails, nothing is released."""
        with self._database:
            self._put(state=state, ended=_now())
        self.release()

    def release(self) -> None:
        """Close the run's files."""
        self._database.close()
        self._lock.release()

    def _create(self, spec: ExperimentSpec, versions: Mapping[str, str]) -> sqlite3.Connection:
        # Created by the trainer's thread, used by the one that writes.
        database = sqlite3.connect(self.folder / folders.DATABASE, check_same_thread=False)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(schema.TABLES)
        self._database = database
        with database:
            self._put(
                state=State.TRAINING,
                preset=spec.name,
                spec=spec.toml(),
                seed=spec.seed,
                begun=_now(),
                host=platform.node(),
                process=os.getpid(),
                versions={"bntui": __version__, "python": platform.python_version(), **versions},
            )
        return database

    def _put(self, **values: Any) -> None:
        self._database.executemany(
            "INSERT OR REPLACE INTO run VALUES (?, ?)",
            [(key, json.dumps(value)) for key, value in values.items()],
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
