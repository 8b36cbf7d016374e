"""The CSV of a run: all of it, some steps, or one row per variant and step."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from tests.cli.conftest import Bntui


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def test_a_run_is_exported_by_a_prefix_of_its_id(finished_run: Path, bntui: Bntui) -> None:
    status, out, _ = bntui("export", finished_run.name[:8], "--runs-dir", str(finished_run.parent))
    assert status == 0
    assert {row["run"] for row in _rows(out)} == {finished_run.name}
    assert {row["step"] for row in _rows(out)} == {"0", "1", "2", "3"}


def test_a_file_has_the_same_rows_as_standard_output(finished_run: Path, tmp_path: Path, bntui: Bntui) -> None:
    path = tmp_path / "run.csv"
    assert bntui("export", str(finished_run), "--csv", str(path)) == (0, "", "")
    assert path.read_text() == bntui("export", str(finished_run))[1]


def test_some_steps_are_exported(finished_run: Path, bntui: Bntui) -> None:
    everything = _rows(bntui("export", str(finished_run))[1])
    _, out, _ = bntui("export", str(finished_run), "--from", "2")
    assert _rows(out) == [row for row in everything if int(row["step"]) >= 2]
    status, _, error = bntui("export", str(finished_run), "--from", "2", "--to", "1")
    assert (status, error) == (2, "bntui: steps 2 to 1: the first must not be after the last\n")


def test_the_wide_form_has_a_row_per_variant_and_step(finished_run: Path, bntui: Bntui) -> None:
    _, out, _ = bntui("export", str(finished_run), "--format", "wide")
    assert len(_rows(out)) == 3 * 4  # three variants, three steps and the end
