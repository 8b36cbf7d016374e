"""The rows of a run's table as arrays."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bntui.records import OrderedMeasurements
from bntui.run.exports.table import COLUMNS, RunTable


class Scalars(NamedTuple):
    """Rows of the table (m,): steps, numbers of variants, numbers of columns in `RunTable.columns`, and values."""

    steps: NDArray[np.int64]
    variants: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: NDArray[np.float32]


def scalars(run: RunTable, batch: OrderedMeasurements) -> Scalars:
    """Return the rows of a batch."""
    variants, probes = np.divmod(batch.tables, len(run.info.probes))
    firsts = np.cumsum([0, *(len(run.info.columns_of(probe)) for probe in run.info.probes)])
    starts = np.cumsum(batch.sizes) - batch.sizes
    columns = np.arange(len(batch.values)) + np.repeat(firsts[probes] - starts, batch.sizes)
    return Scalars(np.repeat(batch.steps, batch.sizes), np.repeat(variants, batch.sizes), columns, batch.values)


def arrays(run: RunTable) -> dict[str, NDArray[Any]]:
    """Return the columns of the table as arrays (m,) by their names in `COLUMNS`; texts are objects."""
    no_numbers = np.empty(0, np.int64)
    nothing = Scalars(no_numbers, no_numbers, no_numbers, np.empty(0, np.float32))
    parts = [nothing, *(scalars(run, batch) for batch in run.batches())]
    steps, variants, columns, values = map(np.concatenate, zip(*parts, strict=True))
    probes, layers, names = (
        np.array([getattr(column, part) for column in run.columns], object)[columns]
        for part in ("probe", "layer", "name")
    )
    run_ids = np.full(len(steps), run.run.run_id, object)
    of_variants = np.array(run.info.variants, object)[variants]
    epochs = steps // run.info.steps_per_epoch
    made = run_ids, of_variants, steps, epochs, probes, layers, names, values.astype(np.float64)
    return dict(zip(COLUMNS, made, strict=True))
