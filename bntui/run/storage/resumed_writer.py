"""Writes to a run that is over and goes on."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from filelock import FileLock

from bntui.records import Progress, RunInfo, Session, State, UserError
from bntui.run.storage import folders, run_files, schema, trainer_process
from bntui.run.storage.provenance import with_session
from bntui.run.storage.writer import LostFilesError, RunWriter, begun_now
from bntui.spec import ExperimentSpec


class ResumedWriter(RunWriter):
    """The database and files of a run that goes on, without what was measured after the step from which it does."""

    def __init__(
        self,
        folder: Path,
        spec: ExperimentSpec,
        info: RunInfo,
        sessions: Sequence[Session],
        start: Progress,
        lock: FileLock,
    ) -> None:
        """`lock` is the run's, held; from now on, `release` releases it. Raises UserError.

        `sessions` are those that trained the run before, and that of this process, which begins now.
        """
        self.folder, self._path, self._lock = folder, folder / folders.DATABASE, lock
        self._columns, self._variants = info.columns, info.variants
        try:
            self._mode = run_files.mode_in(folder)
            if self._path.is_symlink():
                raise OSError(f"{self._path.name} is a symbolic link")
            self._connect()
            with contextlib.ExitStack() as stack:
                stack.callback(self._database.close)
                self._check_all()
                self._values = self._stored_values()
                self._take_back(start.steps)
                self._continue(spec, info, sessions, start)
                run_files.replace(folder / folders.SPEC, spec.toml().encode(), self._mode)
                self._files, self._written = self._found(), self._version()
                stack.pop_all()
        except (OSError, sqlite3.Error, ValueError) as error:
            raise UserError(f"run {folder.name}: cannot be resumed: {error}") from None

    def _check_all(self) -> None:
        (result,) = self._database.execute("PRAGMA quick_check(1)").fetchone()
        if result != "ok":
            raise LostFilesError(f"{self._path.name} is damaged")

    def _stored_values(self) -> dict[str, object]:
        rows = self._database.execute("SELECT key, value FROM run WHERE key NOT IN ('begun', 'ended', 'versions')")
        return {key: json.loads(value) for key, value in rows}

    def _take_back(self, step: int) -> None:
        """Delete what was measured at this step and later, in a transaction that `_continue` commits."""
        self._database.execute(schema.READINGS)
        # Ids stay consecutive: those of later steps are the last ones.
        self._database.execute("DELETE FROM measurements WHERE step >= ?", (step,))
        self._database.execute("DELETE FROM notices WHERE step >= ?", (step,))
        self._database.execute("DELETE FROM readings WHERE step > ?", (step,))
        (self.stored,) = self._database.execute("SELECT count(*) FROM measurements").fetchone()
        rows = self._database.execute("SELECT kind, text, step, variant, place FROM notices ORDER BY id")
        self._notices = rows.fetchall()
        rows = self._database.execute(
            "SELECT step, seconds, probe_seconds, cpu, memory, variants, gpus FROM readings ORDER BY id"
        )
        self._readings = rows.fetchall()

    def _continue(self, spec: ExperimentSpec, info: RunInfo, sessions: Sequence[Session], start: Progress) -> None:
        *earlier, this = sessions
        with self._database:
            self._database.execute("DELETE FROM run WHERE key IN ('begun', 'ended', 'versions')")
            self._database.execute("DELETE FROM columns")
            self._put(
                state=State.TRAINING,
                spec=spec.toml(),
                **trainer_process.record(),
                sessions=[asdict(each) for each in with_session(earlier, begun_now(replace(this, step=start.steps)))],
                info={**asdict(info), "columns": []},
                progress=asdict(start),
            )
            self._put_columns()
            self._database.execute(f"PRAGMA user_version = {schema.VERSION}")
