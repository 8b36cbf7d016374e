"""The schema of a run's database: one SQLite file that other processes can read while it grows.

`run` holds values of the whole run as key and JSON value; `columns` names each probe's scalars in order of
their ids; a row of `measurements` holds one probe's values for one variant at one step, as little-endian float32.
"""

from __future__ import annotations

import array
import sys

VERSION = 3
"""2 added the probes' default schedules and the options of variants. 3 stands for other numbers: a test at a step sees
the batches of the steps before it, β divides by the distance gone, and more. Earlier versions can still be read."""

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
PRAGMA user_version = {VERSION};
"""

COLUMNS = frozenset(
    (table, column)
    for table, columns in {
        "run": ("key", "value"),
        "columns": ("id", "probe", "name", "layer", "unit"),
        "measurements": ("id", "step", "variant", "probe", "data"),
        "notices": ("id", "kind", "text", "step", "variant", "place"),
    }.items()
    for column in columns
)
"""The columns that are read, each with its table."""


def pack(values: tuple[float, ...]) -> bytes:
    """Encode values for storage; exact for float32 values, which all measurements are."""
    packed = array.array("f", values)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack(data: bytes) -> tuple[float, ...]:
    """Decode stored values; the inverse of `pack`."""
    values = array.array("f", data)
    if sys.byteorder == "big":
        values.byteswap()
    return tuple(values)
