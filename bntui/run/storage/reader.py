"""Reads the database of a run that is over, or that another process is training."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from bntui.records import (
    Column,
    Measurement,
    MeasurementBlocks,
    Notice,
    NoticeKind,
    OrderedMeasurements,
    Progress,
    Reading,
    RunInfo,
    Session,
    State,
    StepRange,
    UserError,
    divergence_steps,
)
from bntui.run.storage import folders, requests, run_files, schema, trainer_process
from bntui.run.storage.database import Database
from bntui.run.storage.provenance import Provenance
from bntui.run.storage.stored_readings import reading_of
from bntui.run.storage.stored_values import MAX_TEXT, check_columns, decode, is_step, is_values
from bntui.spec import ExperimentSpec, parse

if TYPE_CHECKING:
    from bntui.run.storage.stored_rows import Row

CHUNK = 4096
"""Measurements read at a time where they are read in their order."""
_CHUNK_VALUES = 2**20
"""Values read at a time, at most, unless a measurement has tens of thousands."""
_MAX_COLUMNS = 100_000
_MAX_NOTICES = 10_000
_ALL_STEPS = (0, 2**31)

_Decoded = TypeVar("_Decoded", MeasurementBlocks, OrderedMeasurements)


class RunReader:
    """A run's database, opened for reading. A context manager; use it from one thread at a time.

    Everything raises UserError, which names the run, where the database is damaged or holds what no run has.
    """

    def __init__(self, folder: Path) -> None:
        """Raise UserError if the folder holds no run, or one that this version cannot read."""
        self.folder = folder
        self._file = run_files.identity(folder / folders.DATABASE)
        self._database = Database(folder)
        self._info: RunInfo | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def snapshot(self) -> AbstractContextManager[None]:
        """Return a context in which everything is read as it is at one moment, in less time."""
        return self._database.snapshot()

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.folder.name

    @property
    def older(self) -> bool:
        """Whether an earlier version of bntui measured the run, of which some numbers differ."""
        return self._database.version < schema.SAME_NUMBERS

    def value(self, key: str, default: Any = None) -> Any:
        """Return a value of the whole run by its key, or `default`; of titles and notes also those just requested."""
        requested = requests.pending_text(self.folder, key) if key in requests.TEXTS else None
        if requested is not None:
            return requested
        row = self._database.row("SELECT value FROM run WHERE key = ?", (key,))
        if row is None:
            return default
        try:
            return decode(key, row[0])
        except ValueError as error:
            raise self._database.wrong(f"its {key} cannot be read: {error}") from None

    @property
    def state(self) -> State:
        """The run's state; `interrupted` if it was training and its process has died."""
        state = self._stored_state
        if state.over or folders.in_use(self.folder, self.trainer):
            return state
        # The run may have ended normally after the first reading, so read again.
        state = self._stored_state
        return state if state.over else State.INTERRUPTED

    @property
    def replaced(self) -> bool:
        """Whether the database was deleted since it was opened; its trainer then writes the run anew."""
        return self._file != run_files.identity(self.folder / folders.DATABASE)

    @property
    def trainer(self) -> dict[str, Any]:
        """What the run tells about the process that trains or trained it."""
        return {key: self.value(key) for key in trainer_process.KEYS}

    @property
    def _stored_state(self) -> State:
        return State(self.value("state", State.INTERRUPTED))

    @property
    def spec(self) -> ExperimentSpec:
        """The resolved experiment. Raises UserError if it is missing or invalid."""
        text = self.value("spec")
        if text is None:
            raise self._database.wrong("its spec is missing")
        try:
            return _parsed(text, self.value("preset", ""))
        except UserError as error:
            raise self._database.wrong(str(error)) from None

    @property
    def info(self) -> RunInfo | None:
        """The run's columns, variants and layers; None if training never began."""
        if self._info is None:
            info = self.value("info")
            self._info = info and self._with_columns(info)
        return self._info

    def _with_columns(self, info: RunInfo) -> RunInfo:
        if info.variants != tuple(variant.name for variant in self.spec.variants):
            raise self._database.wrong("its variants are not those of its spec")
        rows = self._database.rows("SELECT probe, name, layer, unit FROM columns ORDER BY id LIMIT ?", (_MAX_COLUMNS,))
        columns = tuple(Column(*row) for row in rows)
        try:
            check_columns(columns, len(info.variants))
        except ValueError as error:
            raise self._database.wrong(f"its columns cannot be read: {error}") from None
        return replace(info, columns=columns)

    @property
    def progress(self) -> Progress:
        """Steps done, and seconds spent."""
        progress: Progress = self.value("progress", Progress(0, 0.0, 0.0))
        return progress

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The processes that trained the run, at least one; those of earlier versions of bntui are not well known."""
        *earlier, last = self.value("sessions") or (self._early_session(),)
        return (*earlier, replace(last, ended=self.value("ended", "")))

    def _early_session(self) -> Session:
        dataset = self.info.dataset if self.info else ""
        return Session(begun=self.value("begun", ""), versions=self.value("versions", {}), dataset=dataset)

    @property
    def provenance(self) -> Provenance:
        """How the run was made."""
        progress, spec = self.progress, self.spec
        return Provenance(self.sessions, spec.seed, spec.dataset, progress.seconds, progress.probe_seconds)

    def notices(self) -> tuple[Notice, ...]:
        """Return all notices, oldest first."""
        rows = self._database.rows(
            "SELECT kind, substr(text, 1, ?), step, variant, place FROM notices ORDER BY id LIMIT ?",
            (MAX_TEXT, _MAX_NOTICES),
        )
        return tuple(self._notice(*row) for row in rows)

    def _notice(self, kind: object, text: object, step: object, variant: object, where: object) -> Notice:
        if not (step is None or is_step(step)) or not all(isinstance(each, str) for each in (text, variant, where)):
            raise self._database.wrong("a notice is damaged")
        return Notice(NoticeKind(kind), text, step, variant, where)  # type: ignore[arg-type]

    def readings_after(self, last_id: int = 0) -> Iterator[tuple[int, Reading]]:
        """Yield the readings with ids above `last_id`, oldest first, with their ids; none of runs without any."""
        if self._database.version < schema.WITH_READINGS or self.info is None:
            return
        rows = self._database.rows(
            "SELECT id, step, seconds, probe_seconds, cpu, memory, variants, gpus FROM readings WHERE id > ?"
            " ORDER BY id",
            (last_id,),
        )
        last_step = -1
        for row_id, *row in rows:
            try:
                reading = reading_of(row, self.info.variants)
                if reading.progress.steps < last_step:
                    raise ValueError("its step falls")
            except ValueError as error:
                raise self._database.wrong(f"reading {row_id} is damaged: {error}") from None
            last_step = reading.progress.steps
            yield row_id, reading

    @property
    def last_step(self) -> int | None:
        """The step of the newest measurement; None before there is one."""
        row = self._database.row("SELECT step FROM measurements ORDER BY id DESC LIMIT 1")
        return row[0] if row else None

    def measurements(
        self, steps: StepRange | None = None, probes: Sequence[str] | None = None
    ) -> Iterator[Measurement]:
        """Yield the measurements so far, or those of some steps or probes, in the order in which they were taken."""
        conditions = ["step BETWEEN ? AND ?"] * (steps is not None)
        if probes is not None:
            conditions.append(f"probe IN ({', '.join('?' * len(probes))})")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        query = f"SELECT id, step, variant, probe, data FROM measurements{where} ORDER BY id"
        rows = self._database.rows(query, (*(steps or ()), *(probes or ())))
        return (measured for _, measured in self._measured(rows))

    def blocks_after(self, last_id: int, limit: int) -> tuple[int, MeasurementBlocks] | None:
        """Return up to `limit` measurements with ids above `last_id`, and the last of their ids; None without any."""
        # Numpy takes a tenth of a second to import, for which a list of runs need not wait.
        from bntui.run.storage.stored_rows import decode_rows

        return self._decoded_after(decode_rows, last_id, limit)

    def ordered_after(
        self, last_id: int, limit: int, steps: StepRange | None = None
    ) -> tuple[int, OrderedMeasurements] | None:
        """Return the same in the order in which they were taken, or only those of some steps."""
        from bntui.run.storage.stored_rows import order_rows

        return self._decoded_after(order_rows, last_id, limit, steps)

    def ordered(self, steps: StepRange | None = None) -> Iterator[OrderedMeasurements]:
        """Yield the measurements so far, or those of some steps, many at a time."""
        last_id, last_step = 0, 0
        limit = min(CHUNK, max(_CHUNK_VALUES // max(self._table_sizes().values(), default=1), 16))
        while found := self.ordered_after(last_id, limit, steps):
            last_id, measured = found
            if measured.steps[0] < last_step:
                raise self._damaged(last_id - len(measured.steps) + 1)
            last_step = int(measured.steps[-1])
            yield measured

    def _decoded_after(
        self,
        decoder: Callable[[Sequence[Row], Mapping[tuple[str, str], int]], _Decoded | None],
        last_id: int,
        limit: int,
        steps: StepRange | None = None,
    ) -> tuple[int, _Decoded] | None:
        rows = self._database.all_rows(
            "SELECT id, step, variant, probe, data FROM measurements WHERE id > ? AND step BETWEEN ? AND ?"
            " ORDER BY id LIMIT ?",
            (last_id, *(steps or _ALL_STEPS), limit),
        )
        if not rows:
            return None
        decoded = decoder(rows, self._table_sizes())
        if decoded is None:
            raise next(self._damages(rows))
        return rows[-1][0], decoded

    def _table_sizes(self) -> Mapping[tuple[str, str], int]:
        """Return the number of columns of each pair (variant, probe), in the order of `RunInfo.tables`."""
        info = self.info
        if info is None:
            return {}
        sizes = Counter(column.probe for column in info.columns)
        return {(variant, probe): sizes[probe] for variant, probe in info.tables}

    def _damages(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[UserError]:
        """Yield the error of the first damaged row."""
        try:
            for _ in self._measured(rows):
                pass
        except UserError as error:
            yield error

    def last(self, variant: str, probe: str, last_step: int | None = None) -> Measurement | None:
        """Return the newest measurement of a variant by a probe, up to `last_step` if given; None without one."""
        step, values = self._newest(variant, probe, last_step)
        return Measurement(step, variant, probe, values) if values else None

    def _newest(self, variant: str, probe: str, last_step: int | None) -> tuple[int, tuple[float, ...]]:
        """Return the step and the values of the newest measurement; no values without one."""
        last_id = sys.maxsize if last_step is None else self._last_id_of(last_step)
        row = self._database.row(
            "SELECT id, step, data FROM measurements"
            " WHERE id <= ? AND variant = ? AND probe = ? ORDER BY id DESC LIMIT 1",
            (last_id, variant, probe),
        )
        if row is None:
            return 0, ()
        row_id, step, data = row
        if not is_step(step) or not is_values(data):
            raise self._damaged(row_id)
        return step, schema.unpack(data)

    def newest_training(self) -> dict[str, dict[str, float]]:
        """Return the newest 'loss' of the training batch, and its 'accuracy' if there is one, by name and variant."""
        names = [name for (name,) in self._database.rows("SELECT name FROM columns WHERE probe = 'train' ORDER BY id")]
        info = self.value("info")
        if info is None:
            return {}
        # A variant that diverged long ago is searched for from its end, not from the end of the run.
        diverged = divergence_steps(self.notices())
        newest = {variant: self._newest(variant, "train", diverged.get(variant)) for variant in info.variants}
        by_name = {variant: dict(zip(names, values, strict=False)) for variant, (_, values) in newest.items()}
        return {
            name: {variant: values[name] for variant, values in by_name.items() if name in values}
            for name in ("loss", "accuracy")
        }

    def _measured(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, Measurement]]:
        """Yield ids and measurements; ids rise, and steps never fall."""
        info = self.info
        lengths = {} if info is None else {probe: len(info.columns_of(probe)) for probe in info.probes}
        variants = () if info is None else info.variants
        last_id, last_step = -sys.maxsize, 0
        for row_id, step, variant, probe, data in rows:
            rising = isinstance(row_id, int) and row_id > last_id and is_step(step) and step >= last_step
            if not rising or variant not in variants or not is_values(data):
                raise self._damaged(row_id)
            values = schema.unpack(data)
            if len(values) > lengths.get(probe, 0):
                raise self._damaged(row_id)
            last_id, last_step = row_id, step
            yield row_id, Measurement(step, variant, probe, values)

    def _damaged(self, row_id: object) -> UserError:
        return self._database.wrong(f"measurement {row_id} is damaged")

    def _last_id_of(self, step: int) -> int:
        """Return the id of the last measurement up to a step, by bisection: ids are consecutive and rise with steps."""
        (count,) = self._database.row("SELECT IFNULL(MAX(id), 0) FROM measurements") or (0,)
        return bisect_right(range(1, count + 1), step, key=self._step_of)

    def _step_of(self, row_id: int) -> int:
        row = self._database.row("SELECT step FROM measurements WHERE id = ?", (row_id,))
        if row is None or not is_step(row[0]):
            raise self._damaged(row_id)
        return int(row[0])


@lru_cache(maxsize=1024)
def _parsed(text: str, preset: str) -> ExperimentSpec:
    """Return the spec of a text that runs of the same preset share. Raises UserError."""
    return parse(text, preset, where="its spec")
