"""Reads the database of a run that is over, or that another process is training."""

from __future__ import annotations

import json
import sqlite3
import sys
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from bntui.records import Column, Measurement, Notice, NoticeKind, Progress, RunInfo, State, StepRange, UserError
from bntui.run.storage import folders, schema
from bntui.spec import ExperimentSpec, parse


class RunReader:
    """A run's database, opened for reading. A context manager; use it from one thread at a time."""

    def __init__(self, folder: Path) -> None:
        """Raise UserError if the folder holds no run, or one that this version cannot read."""
        self.folder = folder
        path = folder / folders.DATABASE
        try:
            self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
        except sqlite3.Error as error:
            raise UserError(f"run {folder}: {path.name} cannot be read: {error}") from None
        if version > schema.VERSION:
            raise UserError(
                f"run {folder.name}: written by a newer bntui (schema {version}, this one reads up to"
                f" {schema.VERSION}); upgrade bntui to read it"
            )
        if version < 1:
            raise UserError(f"run {folder}: {path.name} is not a run's database, or is empty")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.folder.name

    def value(self, key: str, default: Any = None) -> Any:
        """Return a value of the whole run by its key, or `default`."""
        row = self._database.execute("SELECT value FROM run WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else default

    @property
    def state(self) -> State:
        """The run's state; `interrupted` if it was training and its process has died."""
        state = self._stored_state
        if state.over or folders.in_use(self.folder):
            return state
        # The run may have ended normally after the first reading, so read again.
        state = self._stored_state
        return state if state.over else State.INTERRUPTED

    @property
    def _stored_state(self) -> State:
        return State(self.value("state", State.INTERRUPTED))

    @property
    def spec(self) -> ExperimentSpec:
        """The resolved experiment. Raises UserError if it is missing or invalid."""
        text = self.value("spec")
        if text is None:
            raise UserError(f"run {self.run_id}: its spec is missing")
        return parse(text, self.value("preset"), where=f"run {self.run_id}")

    @property
    def info(self) -> RunInfo | None:
        """The run's columns, variants and layers; None if training never began."""
        stored = self.value("info")
        if stored is None:
            return None
        rows = self._database.execute("SELECT probe, name, layer, unit FROM columns ORDER BY id")
        columns = tuple(Column(*row) for row in rows)
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()
        }
        return RunInfo(**{**fields, "columns": columns})

    @property
    def progress(self) -> Progress:
        """Steps done, and seconds spent."""
        return Progress(**self.value("progress", {"steps": 0, "seconds": 0.0, "probe_seconds": 0.0}))

    def notices(self) -> tuple[Notice, ...]:
        """Return all notices, oldest first."""
        return tuple(
            Notice(NoticeKind(kind), text, step, variant, where)
            for kind, text, step, variant, where in self._database.execute(
                "SELECT kind, text, step, variant, place FROM notices ORDER BY id"
            )
        )

    @property
    def last_step(self) -> int | None:
        """The step of the newest measurement; None before there is one."""
        row = self._database.execute("SELECT step FROM measurements ORDER BY id DESC LIMIT 1").fetchone()
        return row[0] if row else None

    def measurements(self, steps: StepRange | None = None) -> Iterator[Measurement]:
        """Yield the measurements so far, or those of some steps, in the order in which they were taken."""
        where, bounds = (" WHERE step BETWEEN ? AND ?", steps) if steps else ("", ())
        rows = self._database.execute(f"SELECT step, variant, probe, data FROM measurements{where} ORDER BY id", bounds)
        return (Measurement(step, variant, probe, schema.unpack(data)) for step, variant, probe, data in rows)

    def after(self, last_id: int, limit: int) -> list[tuple[int, Measurement]]:
        """Return up to `limit` measurements with ids above `last_id`, as pairs of id and measurement."""
        rows = self._database.execute(
            "SELECT id, step, variant, probe, data FROM measurements WHERE id > ? ORDER BY id LIMIT ?", (last_id, limit)
        )
        return [
            (row_id, Measurement(step, variant, probe, schema.unpack(data)))
            for row_id, step, variant, probe, data in rows
        ]

    def last(self, variant: str, probe: str, last_step: int | None = None) -> Measurement | None:
        """Return the newest measurement of a variant by a probe, up to `last_step` if given; None without one."""
        last_id = sys.maxsize if last_step is None else self._last_id_of(last_step)
        row = self._database.execute(
            "SELECT step, data FROM measurements WHERE id <= ? AND variant = ? AND probe = ? ORDER BY id DESC LIMIT 1",
            (last_id, variant, probe),
        ).fetchone()
        return Measurement(row[0], variant, probe, schema.unpack(row[1])) if row else None

    def _last_id_of(self, step: int) -> int:
        """Return the id of the last measurement up to a step, by bisection: ids are consecutive and rise with steps."""
        (count,) = self._database.execute("SELECT IFNULL(MAX(id), 0) FROM measurements").fetchone()
        return bisect_right(range(1, count + 1), step, key=self._step_of)

    def _step_of(self, row_id: int) -> int:
        row = self._database.execute("SELECT step FROM measurements WHERE id = ?", (row_id,)).fetchone()
        return int(row[0])
