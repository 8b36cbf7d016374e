"""All measurements of a stored run, or all of its readings, read into memory at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from bntui.records import RunInfo
from bntui.run.series.history import History
from bntui.run.series.readings import Readings
from bntui.run.storage.reader import RunReader

_CHUNK = 10_000
"""Measurements read at a time: their rows take more memory than the curves that they become."""


def read_history(reader: RunReader, info: RunInfo) -> History:
    """Return the curves of a run so far. Raises UserError if a measurement is damaged."""
    history, last_id = History(info), 0
    with _without_collection():
        while (added := reader.blocks_after(last_id, _CHUNK)) is not None:
            last_id, blocks = added
            history.extend_blocks(blocks)
    return history


def read_readings(reader: RunReader) -> Readings:
    """Return what a run has spent so far; nothing of runs of earlier versions. Raises UserError if one is damaged."""
    readings = Readings()
    for _, reading in reader.readings_after():
        readings.append(reading)
    return readings


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep Python from looking for cycles in millions of rows, which have none: it takes a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
