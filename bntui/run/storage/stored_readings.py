"""Readings of a run as rows of the table `readings`, and back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, fields
from typing import Any

from bntui.records import GpuReading, Progress, Reading, SystemReading
from bntui.run.storage import schema
from bntui.run.storage.stored_values import is_step

ReadingRow = tuple[int, float, float, float | None, float | None, bytes, bytes]

_MOST_SECONDS = 1e12
_MOST_GPUS = 1024
_GPU_VALUES = len(fields(GpuReading))


def reading_row(reading: Reading, variants: Sequence[str]) -> ReadingRow:
    """Return the row of a reading; `variants` are those of the run, in its order."""
    progress, system = reading.progress, reading.system
    seconds = tuple(progress.variant_seconds.get(name, math.nan) for name in variants)
    gpus = tuple(value for gpu in system.gpus for value in astuple(gpu)) if system else ()
    return (
        progress.steps,
        progress.seconds,
        progress.probe_seconds,
        # SQLite stores NaN as NULL, too.
        system.cpu if system else None,
        system.memory if system else None,
        schema.pack(seconds, "d"),
        schema.pack(gpus, "d"),
    )


def reading_of(row: Sequence[Any], variants: Sequence[str]) -> Reading:
    """Return the reading of a row. Raises ValueError where no run has such a row."""
    step, seconds, probe_seconds, cpu, memory, of_variants, of_gpus = row
    if not (is_step(step) and _is_time(seconds) and _is_time(probe_seconds)):
        raise ValueError("a step or a time is out of range")
    if not all(value is None or isinstance(value, int | float) for value in (cpu, memory)):
        raise ValueError("the use of the CPU or of memory is not a number")
    times, gpus = _unpacked(of_variants, len(variants)), _unpacked(of_gpus)
    known = {name: time for name, time in zip(variants, times, strict=True) if not math.isnan(time)}
    if not all(map(_is_time, known.values())) or len(gpus) % _GPU_VALUES or len(gpus) > _MOST_GPUS * _GPU_VALUES:
        raise ValueError("the times of variants or the values of GPUs are out of range")
    system = SystemReading(
        math.nan if cpu is None else cpu,
        math.nan if memory is None else memory,
        tuple(GpuReading(*gpus[at : at + _GPU_VALUES]) for at in range(0, len(gpus), _GPU_VALUES)),
    )
    looked = gpus or not (cpu is None and memory is None)
    return Reading(Progress(step, seconds, probe_seconds, known), system if looked else None)


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value < _MOST_SECONDS


def _unpacked(data: object, count: int | None = None) -> tuple[float, ...]:
    if not isinstance(data, bytes) or len(data) % 8 or count not in (None, len(data) // 8):
        raise ValueError("the number of values is wrong")
    return schema.unpack(data, "d")
