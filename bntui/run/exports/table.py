"""What every export writes: a table with one scalar a row, of one run or of several with their configuration.

The command line knows the formats before it has loaded anything, so this module needs neither numpy nor specs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from bntui.records import Column, OrderedMeasurements, Progress, RunInfo, StepRange, UserError

if TYPE_CHECKING:
    from bntui.run.storage.provenance import Provenance
    from bntui.spec import ExperimentSpec

COLUMNS = ("run", "variant", "step", "epoch", "probe", "layer", "name", "value")
"""The columns of the table; those of the configuration follow where there are several runs."""

Setting = str | int | float | bool | None
"""The value of a key of a configuration; None where the run does not have it."""


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

    @property
    def provenance(self) -> Provenance | None:
        """How the run was made; None for a run in memory."""

    @property
    def progress(self) -> Progress:
        """Steps done, and seconds spent."""

    def ordered(self, steps: StepRange | None = None) -> Iterator[OrderedMeasurements]:
        """Yield the measurements so far, or those of some steps, many at a time."""


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


@dataclass(frozen=True)
class Table:
    """The rows of all runs, run after run; `keys` are those of the configuration that are columns."""

    runs: tuple[RunTable, ...]
    keys: tuple[str, ...] = ()


def table_of(
    runs: Sequence[Measured], steps: StepRange | None = None, report: Callable[[int], object] = lambda _: None
) -> Table:
    """Return the table of some steps of runs, by default of all; `report` as in `RunTable`.

    Several runs have the seed and every key in which they differ as columns. Raises UserError if training of a run
    never began, or none of the runs has measurements at these steps.
    """
    from bntui.run.spec_difference import as_trained

    infos = [info_of(run) for run in runs]
    if steps:
        check_range(steps)
        _check_steps(runs, steps)
    specs = [as_trained(run.spec, info) for run, info in zip(runs, infos, strict=True)]
    keys, settings = _configurations(specs) if len(runs) > 1 else ((), [()])
    return Table(tuple(map(RunTable, runs, infos, [steps] * len(runs), settings, [report] * len(runs))), keys)


def encodable(text: str) -> str:
    """Return the text with ? for what is not Unicode, as in the name of a folder."""
    return text.encode(errors="replace").decode()


def info_of(run: Measured) -> RunInfo:
    """Return a run's columns, variants and layers. Raises UserError if training never began."""
    info = run.info
    if info is None:
        raise UserError(f"run {run.run_id}: nothing was measured, so there is nothing to export")
    return info


def check_range(steps: StepRange) -> None:
    """Raise UserError if the last step is before the first."""
    if steps[1] < steps[0]:
        raise UserError(f"steps {steps[0]} to {steps[1]}: the first must not be after the last")


def _check_steps(runs: Sequence[Measured], steps: StepRange) -> None:
    if all(next(run.ordered(steps), None) is None for run in runs):
        newest = [run.last_step for run in runs if run.last_step is not None]
        measured = f"measurements are at steps 0 to {max(newest)}" if newest else "nothing is measured yet"
        who = f"run {runs[0].run_id}" if len(runs) == 1 else f"{len(runs)} runs"
        raise UserError(f"{who}: nothing was measured at steps {steps[0]} to {steps[1]}; {measured}")


def _configurations(specs: Sequence[ExperimentSpec]) -> tuple[tuple[str, ...], list[tuple[Setting, ...]]]:
    """Return the seed and every key in which specs differ, and the values of each spec."""
    from bntui.run.spec_difference import spec_differences

    values: dict[str, tuple[Setting, ...]] = {"seed": tuple(spec.seed for spec in specs)}
    values |= {row.key: tuple(map(_setting, row.values)) for row in spec_differences(specs).keys}
    return tuple(values), list(zip(*values.values(), strict=True))


def _setting(value: object) -> Setting:
    return value if value is None or isinstance(value, Setting) else json.dumps(value, ensure_ascii=False)
