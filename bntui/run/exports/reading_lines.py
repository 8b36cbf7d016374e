"""What runs spent as CSV: one value of one reading per row."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from bntui.run.exports.csv_lines import Clean, csv_line
from bntui.run.series.readings import usages
from bntui.run.storage.reader import RunReader

COLUMNS = ("run", "step", "of", "name", "value")
"""`of` is a variant, or the number of a GPU; empty for the whole run and its process."""


def reading_lines(folders: Sequence[Path], clean: Clean = str) -> Iterator[str]:
    """Yield the header, and the known values of each reading; none of runs of earlier versions. Raises UserError."""
    yield csv_line(COLUMNS)
    for folder in folders:
        with RunReader(folder) as reader, reader.snapshot():
            for _, reading in reader.readings_after():
                head = clean(reader.run_id), reading.progress.steps
                for usage, value in usages(reading):
                    if not math.isnan(value):
                        of = clean(usage.of) if isinstance(usage.of, str) else usage.of
                        yield csv_line((*head, of, usage.name, repr(float(value))))
