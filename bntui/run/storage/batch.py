"""Events as rows of the database's tables: 4 bytes a value, a fifth of the memory of the events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

from bntui.records import Measurement, Notice, Progress, Reading
from bntui.run.storage import schema

Row = tuple[int, str, str, bytes]
NoticeRow = tuple[str, str, int | None, str, str]

ROW_BYTES = 200
"""Memory of a measurement's row without its values, in bytes."""


def row(measurement: Measurement) -> Row:
    """Return the row of a measurement."""
    return measurement.step, measurement.variant, measurement.probe, schema.pack(measurement.values)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of the tables `measurements` and `notices`, in order, the progress after them, and readings."""

    measurements: Sequence[Row] = ()
    notices: Sequence[NoticeRow] = ()
    progress: Progress | None = None
    readings: Sequence[Reading] = ()

    @classmethod
    def of(
        cls,
        events: Iterable[Measurement | Notice],
        progress: Progress | None = None,
        readings: Sequence[Reading] = (),
    ) -> Self:
        """Return the rows of these events, with what belongs to them."""
        events = list(events)
        return cls(
            [row(event) for event in events if isinstance(event, Measurement)],
            [
                (event.kind, event.text, event.step, event.variant, event.where)
                for event in events
                if isinstance(event, Notice)
            ],
            progress,
            readings,
        )

    @classmethod
    def merged(cls, batches: Sequence[Self]) -> Self:
        """Return all rows of several batches, and the last progress."""
        return cls(
            list(chain.from_iterable(batch.measurements for batch in batches)),
            list(chain.from_iterable(batch.notices for batch in batches)),
            next((batch.progress for batch in reversed(batches) if batch.progress), None),
            list(chain.from_iterable(batch.readings for batch in batches)),
        )

    @property
    def size(self) -> int:
        """The memory of its measurements, in bytes."""
        return sum(ROW_BYTES + len(data) for *_, data in self.measurements)
