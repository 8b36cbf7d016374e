"""Rows of the table of measurements, checked and decoded many at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bntui.records import MeasurementBlock, MeasurementBlocks, OrderedMeasurements
from bntui.run.storage.stored_values import is_step

Row = tuple[Any, ...]
"""id, step, variant, probe and data, as stored."""
Integers = npt.NDArray[np.int64]


class _Rows(NamedTuple):
    """Checked rows (n,): their steps, the numbers of their tables, their numbers of values, and their data."""

    steps: Integers
    tables: Integers
    sizes: Integers
    data: Sequence[bytes]


def decode_rows(rows: Sequence[Row], columns: Mapping[tuple[str, str], int]) -> MeasurementBlocks | None:
    """Return one or more rows as blocks; None if any row is damaged.

    `columns` are the numbers of columns of each pair (variant, probe). Ids must rise, and steps must not fall.
    """
    pairs = list(columns)
    checked = _checked(rows, columns)
    if checked is None:
        return None
    steps, tables = checked.steps, checked.tables
    together = steps[1:] == steps[:-1]
    successive = set(zip(tables[:-1][together].tolist(), tables[1:][together].tolist(), strict=True))
    return MeasurementBlocks(
        tuple(block for number in np.unique(tables).tolist() for block in _blocks(checked, number, *pairs[number])),
        frozenset((pairs[before], pairs[after]) for before, after in successive),
        last_step=int(steps[-1]),
        last=pairs[int(tables[-1])],
        count=len(rows),
    )


def order_rows(rows: Sequence[Row], columns: Mapping[tuple[str, str], int]) -> OrderedMeasurements | None:
    """Return one or more rows in their order; None if any row is damaged. `columns` are as for `decode_rows`."""
    checked = _checked(rows, columns)
    if checked is None:
        return None
    values = np.frombuffer(b"".join(checked.data), "<f4").astype(np.float32, copy=False)
    return OrderedMeasurements(checked.steps, checked.tables, checked.sizes, values)


def _checked(rows: Sequence[Row], columns: Mapping[tuple[str, str], int]) -> _Rows | None:
    ids, steps, variants, probes, data = zip(*rows, strict=True)
    numbers = {pair: number for number, pair in enumerate(columns)}
    tables = [numbers.get(pair, -1) for pair in zip(variants, probes, strict=True)]
    whole = {*map(type, ids), *map(type, steps)} == {int} and set(map(type, data)) == {bytes}
    if not whole or min(tables) < 0 or not (is_step(steps[0]) and is_step(steps[-1])):
        return None
    checked = _Rows(np.array(steps, np.int64), np.array(tables), np.array(list(map(len, data))), data)
    most = 4 * np.array(list(columns.values()))[checked.tables]
    damaged = (checked.sizes % 4 > 0) | (checked.sizes > most)
    ordered = (np.diff(np.array(ids, np.int64)) > 0).all() and (np.diff(checked.steps) >= 0).all()
    return checked._replace(sizes=checked.sizes // 4) if ordered and not damaged.any() else None


def _blocks(rows: _Rows, number: int, variant: str, probe: str) -> Iterator[MeasurementBlock]:
    """Yield the rows of one table, as many at a time as have the same number of values."""
    places = np.flatnonzero(rows.tables == number)
    changes = np.flatnonzero(np.diff(rows.sizes[places])) + 1
    for first, end in pairwise([0, *changes.tolist(), len(places)]):
        block = places[first:end]
        values = np.frombuffer(b"".join([rows.data[place] for place in block.tolist()]), "<f4")
        size = int(rows.sizes[block[0]])
        steps = rows.steps[block].astype(np.int32)
        yield MeasurementBlock(variant, probe, steps, values.reshape(len(block), size).astype(np.float32, copy=False))
