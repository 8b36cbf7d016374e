"""The schema of a run's database: one SQLite file that other processes can read while it grows.

`run` holds values of the whole run as key and JSON value; `columns` names each probe's scalars in order of
their ids; a row of `measurements` holds one probe's values for one variant at one step, as little-endian float32. A
row of `readings` holds what was spent up to a step, in seconds; CPU (% of a core) and memory (bytes) of the process,
NULL where they were not looked at; as little-endian float64 the seconds of each variant, NaN where unknown, and the
values of each GPU (`GpuReading`).
"""

from __future__ import annotations

import array
import sys

VERSION = 4
"""2 added the probes' default schedules and the options of variants. 3 stands for other numbers: a test at a step sees
the batches of the steps before it, β divides by the distance gone, and more. 4 added readings. Earlier versions can
still be read."""
SAME_NUMBERS = 3
"""The first version whose runs measured the same as runs of this one."""

READINGS = """
CREATE TABLE IF NOT EXISTS readings (
    id INTEGER PRIMARY KEY, step INTEGER NOT NULL, seconds REAL NOT NULL, probe_seconds REAL NOT NULL,
    cpu REAL, memory REAL, variants BLOB NOT NULL, gpus BLOB NOT NULL
);
"""
WITH_READINGS = 4
"""The first version with this table."""

TABLES = f"""
CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE columns (
    id INTEGER PRIMARY KEY, probe TEXT NOT NULL, name TEXT NOT NULL, layer TEXT NOT NULL, unit TEXT NOT NULL
);
CREATE TABLE measurements (
    id INTEGER PRIMARY KEY, step INTEGER NOT NULL, variant TEXT NOT NULL, probe TEXT NOT NULL, data BLOB NOT NULL
);
CREATE TABLE notices (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, text TEXT NOT NULL, step INTEGER, variant TEXT NOT NULL,
    place TEXT NOT NULL
);
{READINGS}
PRAGMA user_version = {VERSION};
"""

_COLUMNS = {
    "run": ("key", "value"),
    "columns": ("id", "probe", "name", "layer", "unit"),
    "measurements": ("id", "step", "variant", "probe", "data"),
    "notices": ("id", "kind", "text", "step", "variant", "place"),
    "readings": ("id", "step", "seconds", "probe_seconds", "cpu", "memory", "variants", "gpus"),
}


def columns(version: int) -> set[tuple[str, str]]:
    """Return the columns that are read from a database of a version, each with its table."""
    tables = {name for name in _COLUMNS if name != "readings" or version >= WITH_READINGS}
    return {(table, column) for table in tables for column in _COLUMNS[table]}


def pack(values: tuple[float, ...], kind: str = "f") -> bytes:
    """Encode values for storage as float32 ("f"), exact for all measurements, or as float64 ("d")."""
    packed = array.array(kind, values)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack(data: bytes, kind: str = "f") -> tuple[float, ...]:
    """Decode stored values; the inverse of `pack`."""
    values = array.array(kind, data)
    if sys.byteorder == "big":
        values.byteswap()
    return tuple(values)
