"""The exports of runs: which runs and steps, in which format, and to which target."""

from __future__ import annotations

import csv
import shutil
import sys
from io import StringIO
from pathlib import Path

import pytest
from pyarrow import parquet

from bntui.headless import export_bar
from bntui.records import State
from bntui.run.storage import folders
from bntui.run.storage.writer import RunWriter
from bntui.spec import load
from bntui.sweep.axis import Axis
from tests.cli.conftest import Bntui
from tests.cli.test_sweep_plot import stored_sweep
from tests.run.exports.conftest import LOSS, made_run, stored_scalars


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


def test_readings_are_exported_instead_of_measurements(finished_run: Path, tmp_path: Path, bntui: Bntui) -> None:
    path = tmp_path / "readings.csv"
    assert bntui("export", str(finished_run), "--readings", "--out", str(path)) == (0, "", "")
    rows = _rows(path.read_text())
    assert {row["of"] for row in rows} == {"", "standard", "bn", "noisy"}
    assert {"seconds", "probe_seconds", "cpu", "memory"} <= {row["name"] for row in rows}
    status, _, error = bntui("export", str(finished_run), "--readings", "--from", "2")
    assert (status, "leave out --format, --from, --to and --follow" in error) == (2, True)


def test_the_wide_form_has_a_row_per_variant_and_step(finished_run: Path, bntui: Bntui) -> None:
    _, out, _ = bntui("export", str(finished_run), "--format", "wide")
    assert len(_rows(out)) == 3 * 4  # three variants, three steps and the end


@pytest.fixture
def two_runs(finished_run: Path, tmp_path: Path) -> tuple[str, str]:
    """The run, and a copy of it."""
    return str(finished_run), str(shutil.copytree(finished_run, tmp_path / "copied"))


def test_several_runs_are_one_file(two_runs: tuple[str, str], finished_run: Path, bntui: Bntui) -> None:
    _, out, _ = bntui("export", *two_runs)
    rows = _rows(out)
    assert list(rows[0])[-1] == "seed" and len(rows) == 2 * stored_scalars(finished_run)
    assert bntui("export", two_runs[0], two_runs[0]) == bntui("export", two_runs[0])


@pytest.mark.parametrize("form", ["parquet", "tensorboard"])
def test_other_formats_need_a_target(finished_run: Path, tmp_path: Path, bntui: Bntui, form: str) -> None:
    _, _, error = bntui("export", str(finished_run), "--format", form)
    assert error == f"bntui: --format {form} is no text for standard output; give --out PATH\n"
    to = tmp_path / f"x.{form}"
    assert bntui("export", str(finished_run), "--format", form, "--out", str(to)) == (0, "", "")
    assert to.exists()


def test_the_name_of_a_file_may_tell_the_format(finished_run: Path, tmp_path: Path, bntui: Bntui) -> None:
    to = tmp_path / "x.parquet"
    assert bntui("export", str(finished_run), "--out", str(to)) == (0, "", "")
    assert parquet.read_metadata(to).num_rows == stored_scalars(finished_run)


def test_what_exists_is_overwritten_only_on_request(finished_run: Path, tmp_path: Path, bntui: Bntui) -> None:
    to = tmp_path / "x.csv"
    to.write_text("mine")
    status, _, error = bntui("export", str(finished_run), "--out", str(to))
    assert (status, error) == (2, f"bntui: --out {to}: exists; without a terminal, overwrite it with --force\n")
    assert to.read_text() == "mine"
    assert bntui("export", str(finished_run), "--out", str(to), "--force") == (0, "", "")
    assert to.read_text().startswith("run,variant")
    assert bntui("export", str(finished_run), "--out", "/dev/null") == (0, "", "")


@pytest.mark.parametrize(("answer", "status", "text"), [("n\n", 130, "mine"), ("y\n", 0, "run,variant")])
def test_on_a_terminal_it_asks(
    finished_run: Path,
    tmp_path: Path,
    bntui: Bntui,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    status: int,
    text: str,
) -> None:
    to, terminal = tmp_path / "x.csv", StringIO(answer)
    to.write_text("mine")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    ended, _, error = bntui("export", str(finished_run), "--out", str(to))
    assert ended == status and "Overwrite" in error
    assert to.read_text().startswith(text)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "give runs, or --sweep NAME"),
        (("last", "--format", "xlsx"), "--format xlsx: choose from long, wide, parquet, tensorboard"),
        (("nothing",), "no run 'nothing' in "),
        (("last", "--follow", "--out", "x.csv"), "--follow prints the CSV of one run"),
        (("last", "--follow", "--format", "tensorboard"), "--follow prints the CSV of one run"),
        (("last", "--follow", "--from", "2", "--to", "1"), "steps 2 to 1: the first must not be after the last"),
        (("last", "--out", "none/x.csv"), "--out none/x.csv: there is no folder "),
        (("last", "--out", "."), "--out .: is a folder; give the path of a file"),
    ],
)
def test_a_mistake_is_one_line(finished_run: Path, bntui: Bntui, arguments: tuple[str, ...], message: str) -> None:
    status, out, error = bntui("export", *arguments, "--runs-dir", str(finished_run.parent))
    assert (status, out) == (2, "")
    assert error.startswith(f"bntui: {message}") and error.count("\n") == 1


def test_a_run_without_measurements_is_refused(tmp_path: Path, bntui: Bntui) -> None:
    writer = RunWriter(tmp_path / "runs", load("noisy"))
    writer.close(State.STOPPED)
    status, _, error = bntui("export", "last")
    assert (status, error) == (
        2,
        f"bntui: run {writer.run_id}: nothing was measured, so there is nothing to export\n",
    )


def test_a_finished_run_is_followed_at_once(finished_run: Path, bntui: Bntui) -> None:
    assert bntui("export", str(finished_run), "--follow") == bntui("export", str(finished_run))


def test_a_long_export_shows_a_bar(
    finished_run: Path, bntui: Bntui, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(export_bar, "_PATIENCE", 0.0)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    status, out, error = bntui("export", str(finished_run), "--out", str(tmp_path / "x.csv"))
    assert (status, out) == (0, "") and "exporting" in error and "100%" in error


def test_the_points_of_a_sweep_have_their_settings(tmp_path: Path, bntui: Bntui) -> None:
    stored_sweep(tmp_path / "runs", axes=(Axis("optimizer.lr", (0.01, 0.1)),))
    status, _, error = bntui("export", "--sweep", "lr", "--out", str(tmp_path / "lr.parquet"))
    assert (status, error) == (0, "")
    read = parquet.read_table(tmp_path / "lr.parquet").to_pylist()
    points = {(row["run"], row["seed"], row["optimizer.lr"]) for row in read}
    assert sorted(point[1:] for point in points) == [(seed, rate) for seed in range(3) for rate in (0.01, 0.1)]
    assert len(read) == stored_scalars(*folders.all_runs(tmp_path / "runs"))


def test_following_tells_how_a_run_ended(tmp_path: Path, bntui: Bntui) -> None:
    run = made_run(tmp_path / "runs", "made", 1, 0.1, LOSS, State.STOPPED)
    status, out, error = bntui("export", "last", "--follow")
    assert (status, error) == (0, f"run {run.name} stopped after 40 steps\n")
    assert len(_rows(out)) == stored_scalars(run)
