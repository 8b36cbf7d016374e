"""Reading a run: finished, interrupted, or being trained by another process."""

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
    """A run's database, opened for reading. A context manager; one thread at a time."""

    def __init__(self, folder: Path) -> None:
        """Raises UserError where there is no run, or one that this version cannot read."""
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
            raise UserError(f"run {folder}: {path.name} is not a run's database, or was never begun")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.folder.name

    def value(self, key: str, default: Any = None) -> Any:
        """One of the values that hold for the whole run, or the default."""
        row = self._database.execute("SELECT value FROM run WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else default

    @property
    def state(self) -> State:
        """Where the run stands; `interrupted` where it was training and no process is any more."""
        state = State(self.value("state", State.INTERRUPTED))
        return state if state.over or folders.in_use(self.folder) else State.INTERRUPTED

    @property
    def spec(self) -> ExperimentSpec:
        """The resolved experiment. Raises UserError where it was not kept, or cannot be understood."""
        text = self.value("spec")
        if text is None:
            raise UserError(f"run {self.run_id}: does not say what was trained")
        return parse(text, self.value("preset"), where=f"run {self.run_id}")

    @property
    def info(self) -> RunInfo | None:
        """What was known when training began; None if it never did."""
        kept = self.value("info")
        if kept is None:
            return None
        rows = self._database.execute("SELECT probe, name, layer, unit FROM columns ORDER BY id")
        columns = tuple(Column(*row) for row in rows)
        known: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in kept.items()}
        return RunInfo(**{**known, "columns": columns})

    @property
    def progress(self) -> Progress:
        """How far training came."""
        return Progress(**self.value("progress", {"steps": 0, "seconds": 0.0, "probe_seconds": 0.0}))

    def notices(self) -> tuple[Notice, ...]:
        """What happened, oldest first."""
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
        """All measurements so far, or those at certain steps, in the order in which they were taken; streamed."""
        where, bounds = (" WHERE step BETWEEN ? AND ?", steps) if steps else ("", ())
        rows = self._database.execute(f"SELECT step, variant, probe, data FROM measurements{where} ORDER BY id", bounds)
        return (Measurement(step, variant, probe, schema.unpack(data)) for step, variant, probe, data in rows)

    def after(self, last: int, most: int) -> list[tuple[int, Measurement]]:
        """At most so many of the measurements that came after the one numbered `last`, with their numbers."""
        rows = self._database.execute(
            "SELECT id, step, variant, probe, data FROM measurements WHERE id > ? ORDER BY id LIMIT ?", (last, most)
        )
        return [(at, Measurement(step, variant, probe, schema.unpack(data))) for at, step, variant, probe, data in rows]

    def last(self, variant: str, probe: str, upto: int | None = None) -> Measurement | None:
        """The newest measurement of a probe of a variant, or the newest of those up to a step."""
        at = sys.maxsize if upto is None else self._last_of(upto)
        row = self._database.execute(
            "SELECT step, data FROM measurements WHERE id <= ? AND variant = ? AND probe = ? ORDER BY id DESC LIMIT 1",
            (at, variant, probe),
        ).fetchone()
        return Measurement(row[0], variant, probe, schema.unpack(row[1])) if row else None

    def _last_of(self, step: int) -> int:
        """The number of the last measurement of a step: numbers rise with the steps, and none is left out."""
        (count,) = self._database.execute("SELECT IFNULL(MAX(id), 0) FROM measurements").fetchone()
        return bisect_right(range(1, count + 1), step, key=self._step_of)

    def _step_of(self, number: int) -> int:
        row = self._database.execute("SELECT step FROM measurements WHERE id = ?", (number,)).fetchone()
        return int(row[0])
