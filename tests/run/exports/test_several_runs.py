"""Several runs in one CSV: their configuration as columns, and every value of each."""

from __future__ import annotations

import csv
from pathlib import Path

from bntui.run.exports.csv_lines import long_lines, wide_lines
from bntui.run.exports.table import COLUMNS, Table
from tests.run.exports.conftest import STEPS, stored_scalars


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_the_configuration_follows_the_columns_of_one_run(table: Table, made: tuple[Path, Path]) -> None:
    rows = _rows("".join(long_lines(table)))
    assert list(rows[0]) == [*COLUMNS, "seed", "preset", "optimizer.lr"]
    assert {(row["run"], row["seed"], row["preset"], row["optimizer.lr"]) for row in rows} == {
        (made[0].name, "1", "first", "0.1"),
        (made[1].name, "2", "second", "0.3"),
    }
    assert len(rows) == stored_scalars(*made)


def test_wide_has_the_columns_of_all_runs(table: Table, made: tuple[Path, Path]) -> None:
    rows = _rows("".join(wide_lines(table)))
    names = list(rows[0])
    assert names[:7] == ["run", "variant", "step", "epoch", "seed", "preset", "optimizer.lr"]
    assert names[7:9] == ["train.loss", "train.accuracy"]
    assert "distribution.conv2.bin_01" in names
    assert len(rows) == 2 * 2 * STEPS
    filled = sum(cell != "" for row in rows for cell in list(row.values())[7:])
    assert filled == stored_scalars(*made)
