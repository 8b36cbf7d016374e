"""CSV: the columns that reports rely on, and values that read back exactly."""

from __future__ import annotations

import csv
import math
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bntui.records import Column, Measurement, Progress, State, StepRange, UserError
from bntui.run.exports.formats import export
from bntui.run.exports.target import check_target
from bntui.run.storage import folders, reader
from bntui.run.storage.reader import RunReader
from bntui.run.storage.writer import RunWriter
from bntui.spec import ExperimentSpec
from tests.run.conftest import INFO, TENTH, TINY


def _exported(folder: Path, to: Path, form: str, steps: StepRange | None = None) -> list[dict[str, str]]:
    with RunReader(folder) as opened:
        export(opened, to, form, steps)
    with to.open(newline="") as file:
        return list(csv.DictReader(file))


def test_long_is_one_scalar_a_row(finished: Path, tmp_path: Path) -> None:
    rows = _exported(finished, tmp_path / "long.csv", "long")
    assert list(rows[0]) == ["run", "variant", "step", "epoch", "probe", "layer", "name", "value"]
    assert len(rows) == 13
    assert rows[0] == {
        "run": finished.name,
        "variant": "standard",
        "step": "0",
        "epoch": "0",
        "probe": "train",
        "layer": "",
        "name": "loss",
        "value": "2.5",
    }
    assert [(row["step"], row["value"]) for row in rows if row["name"] == "mean_drift"] == [("1", "0.125")]
    assert {row["epoch"] for row in rows if row["step"] == "2"} == {"1"}


def test_values_read_back_exactly(finished: Path, tmp_path: Path) -> None:
    values = [float(row["value"]) for row in _exported(finished, tmp_path / "long.csv", "long")]
    assert values[1] == TENTH
    assert TINY in values
    assert any(math.isnan(value) for value in values)
    assert math.inf in values


def test_wide_is_one_row_per_variant_and_step(finished: Path, tmp_path: Path) -> None:
    rows = _exported(finished, tmp_path / "wide.csv", "wide")
    assert list(rows[0])[4:] == ["train.loss", "train.accuracy", "moments.conv1.mean", "moments.conv1.mean_drift"]
    assert [(row["variant"], row["step"]) for row in rows] == [
        ("standard", "0"),
        ("bn", "0"),
        ("standard", "1"),
        ("bn", "1"),
        ("bn", "2"),
    ]
    assert rows[0]["moments.conv1.mean_drift"] == ""
    assert rows[2]["moments.conv1.mean_drift"] == "0.125"


def test_only_the_given_steps_are_exported(finished: Path, tmp_path: Path) -> None:
    everything = _exported(finished, tmp_path / "all.csv", "long")
    part = _exported(finished, tmp_path / "part.csv", "long", (1, 2))
    assert part == [row for row in everything if row["step"] in ("1", "2")]
    assert {row["step"] for row in _exported(finished, tmp_path / "one.csv", "wide", (1, 1))} == {"1"}


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ((2, 1), "steps 2 to 1: the first must not be after the last"),
        ((3, 9), "nothing was measured at steps 3 to 9; measurements are at steps 0 to 2"),
    ],
)
def test_steps_without_measurements_are_refused(finished: Path, tmp_path: Path, steps: StepRange, message: str) -> None:
    with pytest.raises(UserError, match=message):
        _exported(finished, tmp_path / "x.csv", "long", steps)
    assert not list(tmp_path.glob("*.csv"))


def test_standard_output_is_a_target(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with RunReader(finished) as opened:
        export(opened, Path("-"))
    assert capsys.readouterr().out.startswith("run,variant,step,epoch,probe,layer,name,value\n")


def test_a_failed_export_changes_no_file(finished: Path, tmp_path: Path) -> None:
    to = tmp_path / "folder"
    to.mkdir()
    with RunReader(finished) as opened, pytest.raises(UserError, match="cannot be written"):
        export(opened, to)
    assert list(tmp_path.glob("*.part")) == []
    assert to.is_dir()


def test_a_target_that_cannot_be_written_is_refused_beforehand(tmp_path: Path) -> None:
    check_target(tmp_path / "fine.csv")
    check_target(Path("-"))
    with pytest.raises(UserError, match="is a folder"):
        check_target(tmp_path)
    with pytest.raises(UserError, match="there is no folder"):
        check_target(tmp_path / "none" / "x.csv")


def test_a_run_that_never_began_has_nothing_to_export(tmp_path: Path, spec: ExperimentSpec) -> None:
    writer = RunWriter(tmp_path, spec)
    writer.close(State.FAILED)
    with RunReader(writer.folder) as opened, pytest.raises(UserError, match="nothing was measured"):
        export(opened, tmp_path / "x.csv")


def test_names_are_quoted_and_otherwise_unchanged(tmp_path: Path, spec: ExperimentSpec) -> None:
    names = ('a "quoted" name', "one, two", "line\nbreak\r", "=cmd|' /C calc'!A0", "'", "", " ")
    columns = tuple(Column("moments", "mean", name) for name in names)
    writer = RunWriter(tmp_path, spec)
    writer.begin(replace(INFO, columns=columns))
    writer.write([Measurement(0, "bn", "moments", (1.0,) * len(names))], Progress(1, 1.0, 0.0))
    writer.close(State.FINISHED)
    rows = _exported(writer.folder, tmp_path / "long.csv", "long")
    assert [row["layer"] for row in rows] == list(names)
    (row,) = _exported(writer.folder, tmp_path / "wide.csv", "wide")
    assert list(row)[4:] == [f"moments.{name}.mean" if name else "moments.mean" for name in names]
    assert set(list(row.values())[4:]) == {"1.0"}


def test_a_step_that_falls_is_damage(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "CHUNK", 4)
    with closing(sqlite3.connect(finished / folders.DATABASE)) as database, database:
        database.execute("UPDATE measurements SET step = step + 3 WHERE id = 4")
    with pytest.raises(UserError, match=f"run {finished.name}: measurement 5 is damaged"):
        _exported(finished, tmp_path / "x.csv", "long")
