"""What every export writes: a table with one scalar a row, of one run or of several with their configuration."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from bntui.records import Column, OrderedMeasurements, RunInfo, StepRange, UserError
from bntui.run.series.history import History
from bntui.run.spec_difference import as_trained, spec_differences
from bntui.spec import ExperimentSpec

COLUMNS = ("run", "variant", "step", "epoch", "probe", "layer", "name", "value")
"""The columns of the table; those of the configuration follow where there are several runs."""

Setting = str | int | float | bool | None
"""The value of a key of a configuration; None where the run does not have it."""

_BATCH = 4096
"""Measurements of a run in memory in a batch."""


class Measured(Protocol):
    """A run to be exported: one that is stored, or one in memory."""

    @property
    def run_id(self) -> str:
        """The run's id."""

    @property
    def spec(self) -> ExperimentSpec:
        """The resolved experiment."""

    @property
    def info(self) -> RunInfo | None:
        """The run's columns, variants and layers; None if training never began."""

    @property
    def last_step(self) -> int | None:
        """The step of the newest measurement; None before there is one."""

    def ordered(self, steps: StepRange | None = None) -> Iterator[OrderedMeasurements]:
        """Yield the measurements so far, or those of some steps, many at a time."""


@dataclass(frozen=True)
class InMemory:
    """A run in memory, to be exported."""

    run_id: str
    spec: ExperimentSpec
    history: History

    @property
    def info(self) -> RunInfo:
        """The run's columns, variants and layers."""
        return self.history.info

    @property
    def last_step(self) -> int | None:
        """The step of the newest measurement; None before there is one."""
        return self.history.last_step

    def ordered(self, steps: StepRange | None = None) -> Iterator[OrderedMeasurements]:
        """Yield the measurements so far, or those of some steps, many at a time."""
        numbers = {table: number for number, table in enumerate(self.info.tables)}
        rest = self.history.measurements(steps)
        while batch := list(islice(rest, _BATCH)):
            yield OrderedMeasurements(
                np.array([each.step for each in batch]),
                np.array([numbers[each.variant, each.probe] for each in batch]),
                np.array([len(each.values) for each in batch]),
                np.array([value for each in batch for value in each.values], np.float32),
            )


class Scalars(NamedTuple):
    """Rows of the table (m,): steps, numbers of variants, numbers of columns in `RunTable.columns`, and values."""

    steps: NDArray[np.int64]
    variants: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: NDArray[np.float32]


@dataclass(frozen=True)
class RunTable:
    """The rows of one run.

    `settings` are its values of `Table.keys`. `report` is called with the number of steps gone through, as it grows.
    """

    run: Measured
    info: RunInfo
    steps: StepRange | None = None
    settings: tuple[Setting, ...] = ()
    report: Callable[[int], object] = lambda _: None

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns, probe by probe."""
        return tuple(column for probe in self.info.probes for column in self.info.columns_of(probe))

    def batches(self) -> Iterator[OrderedMeasurements]:
        """Yield the measurements in the order in which they were taken, many at a time."""
        before = self.steps[0] if self.steps else 0
        for batch in self.run.ordered(self.steps):
            yield batch
            reached = int(batch.steps[-1])
            self.report(reached - before)
            before = reached

    def scalars(self, batch: OrderedMeasurements) -> Scalars:
        """Return the rows of a batch."""
        variants, probes = np.divmod(batch.tables, len(self.info.probes))
        firsts = np.cumsum([0, *(len(self.info.columns_of(probe)) for probe in self.info.probes)])
        starts = np.cumsum(batch.sizes) - batch.sizes
        columns = np.arange(len(batch.values)) + np.repeat(firsts[probes] - starts, batch.sizes)
        return Scalars(np.repeat(batch.steps, batch.sizes), np.repeat(variants, batch.sizes), columns, batch.values)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the columns of the table as arrays (m,) by their names in `COLUMNS`; texts are objects."""
        no_numbers = np.empty(0, np.int64)
        nothing = Scalars(no_numbers, no_numbers, no_numbers, np.empty(0, np.float32))
        parts = [nothing, *map(self.scalars, self.batches())]
        steps, variants, columns, values = map(np.concatenate, zip(*parts, strict=True))
        probes, layers, names = (
            np.array([getattr(column, part) for column in self.columns], object)[columns]
            for part in ("probe", "layer", "name")
        )
        run_ids = np.full(len(steps), self.run.run_id, object)
        of_variants = np.array(self.info.variants, object)[variants]
        epochs = steps // self.info.steps_per_epoch
        arrays = run_ids, of_variants, steps, epochs, probes, layers, names, values.astype(np.float64)
        return dict(zip(COLUMNS, arrays, strict=True))


@dataclass(frozen=True)
class Table:
    """The rows of all runs, run after run; `keys` are those of the configuration that are columns."""

    runs: tuple[RunTable, ...]
    keys: tuple[str, ...] = ()


def table_of(
    runs: Sequence[Measured], steps: StepRange | None = None, report: Callable[[int], object] = lambda _: None
) -> Table:
    """Return the table of some steps of runs, by default of all.

    Several runs have the seed and every key in which they differ as columns. Raises UserError if a run has no
    measurements, or none of the runs has any at these steps.
    """
    infos = [_info(run) for run in runs]
    if steps:
        _check_steps(runs, steps)
    specs = [as_trained(run.spec, info) for run, info in zip(runs, infos, strict=True)]
    keys, settings = _configurations(specs) if len(runs) > 1 else ((), [()])
    return Table(tuple(map(RunTable, runs, infos, [steps] * len(runs), settings, [report] * len(runs))), keys)


def _info(run: Measured) -> RunInfo:
    info = run.info
    if info is None:
        raise UserError(f"run {run.run_id}: nothing was measured, so there is nothing to export")
    return info


def _check_steps(runs: Sequence[Measured], steps: StepRange) -> None:
    first, last = steps
    if last < first:
        raise UserError(f"steps {first} to {last}: the first must not be after the last")
    if all(next(run.ordered(steps), None) is None for run in runs):
        newest = [run.last_step for run in runs if run.last_step is not None]
        measured = f"measurements are at steps 0 to {max(newest)}" if newest else "nothing is measured yet"
        who = f"run {runs[0].run_id}" if len(runs) == 1 else f"{len(runs)} runs"
        raise UserError(f"{who}: nothing was measured at steps {first} to {last}; {measured}")


def _configurations(specs: Sequence[ExperimentSpec]) -> tuple[tuple[str, ...], list[tuple[Setting, ...]]]:
    """Return the seed and every key in which specs differ, and the values of each spec."""
    values: dict[str, tuple[Setting, ...]] = {"seed": tuple(spec.seed for spec in specs)}
    values |= {row.key: tuple(map(_setting, row.values)) for row in spec_differences(specs).keys}
    return tuple(values), list(zip(*values.values(), strict=True))


def _setting(value: object) -> Setting:
    return value if value is None or isinstance(value, Setting) else json.dumps(value, ensure_ascii=False)
