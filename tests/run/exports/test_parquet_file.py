"""Parquet: every value with its type, in row groups, and what the values are of."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from bntui.run.exports import parquet_file
from bntui.run.exports.parquet_file import write_parquet
from bntui.run.exports.scalars import arrays
from bntui.run.exports.stored_run import StoredRun
from bntui.run.exports.table import COLUMNS, Table, table_of
from bntui.spec import parse
from tests.run.exports.conftest import stored_scalars


def test_every_value_reads_back_as_it_was_measured(finished: Path, tmp_path: Path) -> None:
    table = table_of([StoredRun(finished)])
    write_parquet(table, tmp_path / "x.parquet")
    read = parquet.read_table(tmp_path / "x.parquet").to_pydict()
    expected = arrays(table.runs[0])
    assert list(read) == list(COLUMNS)
    for name in COLUMNS:
        np.testing.assert_array_equal(read[name], expected[name])
    assert len(read["value"]) == stored_scalars(finished)


def test_columns_are_typed(table: Table, tmp_path: Path, made: tuple[Path, Path]) -> None:
    write_parquet(table, tmp_path / "x.parquet")
    file = parquet.ParquetFile(tmp_path / "x.parquet")
    text = pa.dictionary(pa.int32(), pa.string())
    types = [text, text, pa.int32(), pa.int32(), text, text, text, pa.float32(), pa.int64(), text, pa.float64()]
    assert file.schema_arrow.types == types
    assert file.metadata.row_group(0).column(7).compression == "ZSTD"
    assert file.metadata.num_rows == stored_scalars(*made)
    column = file.read().column("value")
    assert column.null_count == 0 and sum(np.isnan(column.to_numpy())) == 4


def test_the_schema_tells_what_was_run(table: Table, tmp_path: Path, made: tuple[Path, Path]) -> None:
    write_parquet(table, tmp_path / "x.parquet")
    metadata = parquet.read_schema(tmp_path / "x.parquet").metadata
    runs = json.loads(metadata[b"bntui.runs"])
    assert [run["run"] for run in runs] == [folder.name for folder in made]
    assert [parse(run["spec"], "made").optimizer.lr for run in runs] == [0.1, 0.3]
    assert [run["provenance"]["seed"] for run in runs] == ["1", "2"]
    assert json.loads(metadata[b"bntui.units"]) == {"train.loss": "nats"}


def test_rows_are_written_as_they_are_read(
    table: Table, tmp_path: Path, made: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_file, "_GROUP", 10)
    monkeypatch.setattr("bntui.run.storage.reader.CHUNK", 16)
    write_parquet(table, tmp_path / "x.parquet")
    file = parquet.ParquetFile(tmp_path / "x.parquet")
    assert file.num_row_groups == 5 + 6
    assert file.metadata.num_rows == stored_scalars(*made)
    assert set(file.read().column("seed").to_pylist()) == {1, 2}
