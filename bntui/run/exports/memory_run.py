"""A run in memory, to be exported even if its folder is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from bntui.records import OrderedMeasurements, Progress, RunInfo, StepRange
from bntui.run.series.history import History
from bntui.spec import ExperimentSpec

_BATCH = 4096
"""Measurements in a batch."""


@dataclass(frozen=True)
class MemoryRun:
    """The measurements of a run, as an export reads them."""

    run_id: str
    spec: ExperimentSpec
    history: History
    provenance: None = None

    @property
    def info(self) -> RunInfo:
        """The run's columns, variants and layers."""
        return self.history.info

    @property
    def last_step(self) -> int | None:
        """The step of the newest measurement; None before there is one."""
        return self.history.last_step

    @property
    def progress(self) -> Progress:
        """Steps done; seconds are not known here."""
        return Progress(self.last_step or 0, 0.0, 0.0)

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
