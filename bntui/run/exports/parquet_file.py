"""The table as a Parquet file; the only module that imports pyarrow, which need not be installed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bntui import __version__
from bntui.records import OrderedMeasurements
from bntui.run.exports.scalars import scalars
from bntui.run.exports.table import COLUMNS, RunTable, Setting, Table, encodable
from bntui.run.storage.provenance import rows

if TYPE_CHECKING:
    import pyarrow

_GROUP = 2**20
"""Rows of a row group, at least; about as many are in memory at a time."""
_PARTS = ("probe", "layer", "name")
"""The parts of a column's name, each a column of the table."""


def write_parquet(table: Table, to: Path) -> None:
    """Write one scalar a row, compressed, in row groups as they are read.

    Texts are dictionaries, steps int32 and values float32; what a configuration does not have is null. The schema's
    metadata are the texts `bntui.version` and, as JSON, `bntui.runs`, a list of runs, each with the TOML of its spec
    and its provenance, and `bntui.units`, the unit of each 'probe.name' that has one.
    """
    import pyarrow
    from pyarrow import parquet

    texts = _Texts(pyarrow, table)
    schema = pyarrow.schema(texts.fields(), _metadata(table))
    with to.open("wb") as file, parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for group in _groups(texts.batches(schema)):
            whole = pyarrow.Table.from_batches(group, schema)
            writer.write_table(whole, row_group_size=whole.num_rows)


def _groups(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[list[pyarrow.RecordBatch]]:
    """Yield batches that together make a row group."""
    group: list[pyarrow.RecordBatch] = []
    for batch in batches:
        group.append(batch)
        if sum(each.num_rows for each in group) >= _GROUP:
            yield group
            group = []
    if group:
        yield group


def _metadata(table: Table) -> dict[str, str]:
    runs = [
        {
            "run": encodable(run.run.run_id),
            "spec": encodable(run.run.spec.toml()),
            "provenance": dict(rows(run.run.provenance)) if run.run.provenance else {},
        }
        for run in table.runs
    ]
    columns = [column for run in table.runs for column in run.columns]
    units = {f"{each.probe}.{each.name}": each.unit for each in columns if each.unit}
    return {"bntui.version": __version__, "bntui.runs": json.dumps(runs), "bntui.units": json.dumps(units)}


class _Texts:
    """Makes record batches, of which all share the dictionaries of texts."""

    def __init__(self, pa: Any, table: Table) -> None:
        self._pa, self._table = pa, table
        columns = [column for run in table.runs for column in run.columns]
        texts: dict[str, Iterable[str]] = {
            "run": [run.run.run_id for run in table.runs],
            "variant": [variant for run in table.runs for variant in run.info.variants],
            **{part: [getattr(column, part) for column in columns] for part in _PARTS},
        }
        self._numbers = {name: _numbered(map(encodable, values)) for name, values in texts.items()}
        self._dictionaries = {name: pa.array(list(numbers), pa.string()) for name, numbers in self._numbers.items()}
        settings = [[run.settings[place] for run in table.runs] for place in range(len(table.keys))]
        self._settings = {key: _typed(pa, values) for key, values in zip(table.keys, settings, strict=True)}

    def fields(self) -> list[tuple[str, pyarrow.DataType]]:
        """Return the names and types of the columns."""
        pa = self._pa
        text, numbers = pa.dictionary(pa.int32(), pa.string()), {"step": pa.int32(), "epoch": pa.int32()}
        types = {**dict.fromkeys(COLUMNS, text), **numbers, "value": pa.float32()}
        return [*types.items(), *((key, values.type) for key, values in self._settings.items())]

    def batches(self, schema: pyarrow.Schema) -> Iterator[pyarrow.RecordBatch]:
        """Yield the rows of all runs."""
        for number, run in enumerate(self._table.runs):
            for batch in run.batches():
                yield self._pa.record_batch(self._arrays(number, run, batch), schema)

    def _arrays(self, number: int, run: RunTable, batch: OrderedMeasurements) -> list[pyarrow.Array]:
        made, pa = scalars(run, batch), self._pa
        count = len(made.values)
        of_columns = [
            self._encoded(part, [getattr(column, part) for column in run.columns], made.columns) for part in _PARTS
        ]
        return [
            self._encoded("run", [run.run.run_id], np.zeros(count, np.int64)),
            self._encoded("variant", run.info.variants, made.variants),
            pa.array(made.steps, pa.int32()),
            pa.array(made.steps // run.info.steps_per_epoch, pa.int32()),
            *of_columns,
            pa.array(made.values, pa.float32()),
            *(pa.repeat(values[number], count) for values in self._settings.values()),
        ]

    def _encoded(self, name: str, texts: Sequence[str], places: NDArray[np.int64]) -> pyarrow.Array:
        """Return texts[places], encoded."""
        numbers = np.array([self._numbers[name][encodable(text)] for text in texts], np.int32)
        return self._pa.DictionaryArray.from_arrays(numbers[places], self._dictionaries[name])


def _numbered(texts: Iterable[str]) -> Mapping[str, int]:
    return {text: number for number, text in enumerate(dict.fromkeys(texts))}


def _typed(pa: Any, values: Sequence[Setting]) -> pyarrow.Array:
    """Return the values of a key as numbers or booleans where all are, else as texts; None is null."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} or kinds == {bool}:
        return pa.array(values)
    texts = [None if value is None else encodable(str(value)) for value in values]
    return pa.array(texts, pa.string()).dictionary_encode()
