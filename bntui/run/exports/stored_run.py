"""A stored run to be exported: opened only while it is read, as hundreds could not be open at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bntui.records import OrderedMeasurements, StepRange
from bntui.run.storage.reader import RunReader


class StoredRun:
    """A run as it was when it was opened; of its measurements all that are there when they are read."""

    def __init__(self, folder: Path) -> None:
        """Raise UserError if the folder holds no readable run."""
        self.folder = folder
        with RunReader(folder) as reader, reader.snapshot():
            self.run_id, self.spec, self.info = reader.run_id, reader.spec, reader.info
            self.last_step, self.progress, self.provenance = reader.last_step, reader.progress, reader.provenance

    def ordered(self, steps: StepRange | None = None) -> Iterator[OrderedMeasurements]:
        """Yield the measurements of one moment, or those of some steps, many at a time. Raises UserError."""
        with RunReader(self.folder) as reader, reader.snapshot():
            yield from reader.ordered(steps)
