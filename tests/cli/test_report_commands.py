"""The report of runs and sweeps as a command: where it is written, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from bntui.cli import report_commands
from tests.claims.test_gathered import stored
from tests.cli.conftest import Bntui


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return stored(tmp_path / "runs", 0)


@pytest.fixture(autouse=True)
def working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_report_is_named_after_its_run(run: Path, bntui: Bntui) -> None:
    status, out, error = bntui("report", "last", "--runs-dir", str(run.parent))
    assert (status, error) == (0, "")
    assert out.startswith(f"report: {run.name}.html (")
    assert Path(f"{run.name}.html").read_text().startswith("<!DOCTYPE html>")


def test_a_file_that_exists_is_replaced_only_if_told(run: Path, tmp_path: Path, bntui: Bntui) -> None:
    target = tmp_path / "mine.html"
    target.write_text("mine")
    refused = bntui("report", str(run), "--out", str(target))
    assert refused == (2, "", f"bntui: --out {target}: exists; replace with --force\n")
    assert target.read_text() == "mine"
    assert bntui("report", str(run), "--out", str(target), "--force")[0] == 0
    assert "<title>" in target.read_text()


def test_on_a_terminal_it_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(report_commands.typer, "confirm", lambda text, abort: asked.append(text))
    (tmp_path / "mine.html").touch()
    report_commands.check_replaceable(tmp_path / "mine.html", force=False)
    assert asked == [f"Replace {tmp_path / 'mine.html'}?"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "give runs, or --sweep NAME"),
        (("nowhere",), "no run 'nowhere'"),
        (("--sweep", "nosuch"), "no sweep 'nosuch'"),
        (("last", "--out", "-"), "--out -: a report is a file; give its path"),
        (("last", "--out", "/nowhere/x.html"), "--out /nowhere/x.html: there is no folder /nowhere"),
        (("last", "--out", "."), "--out .: is a folder; give the path of a file"),
    ],
)
def test_mistakes_are_one_line(run: Path, bntui: Bntui, arguments: tuple[str, ...], message: str) -> None:
    status, out, error = bntui("report", *arguments, "--runs-dir", str(run.parent))
    assert (status, out) == (2, "")
    assert error.startswith(f"bntui: {message}") and error.count("\n") == 1


def test_a_missing_library_is_one_line(run: Path, bntui: Bntui, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bntui.report.bokeh_page.available", lambda: False)
    status, _, error = bntui("report", str(run))
    assert (status, error) == (2, "bntui: reports need Bokeh; install it with: pip install 'bntui[report]'\n")
    assert not list(Path.cwd().glob("*.html"))


def test_a_full_disk_leaves_no_half_file(run: Path, bntui: Bntui, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, text: str, **options: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    status, _, error = bntui("report", str(run), "--out", "full.html")
    assert (status, error) == (2, "bntui: full.html: cannot be written: No space left on device\n")
    assert [path.name for path in Path.cwd().iterdir()] == ["runs"]


def test_a_paper_is_a_folder_of_figures_and_tables(run: Path, tmp_path: Path, bntui: Bntui) -> None:
    status, out, error = bntui("report", str(run), "--paper", "paper", "--venue", "icml2024")
    assert (status, error) == (0, "")
    assert out.startswith("paper: 7 files in paper; ")
    assert {path.name for path in Path("paper").iterdir()} == {
        *(f"{stem}.{form}" for stem in ("accuracy", "loss") for form in ("pdf", "svg")),
        *("claims.tex", "figures.tex", "final.tex"),
    }
    mine = Path("paper/mine.tex")
    mine.touch()
    refused = bntui("report", str(run), "--paper", "paper")
    assert refused == (
        2,
        "",
        "bntui: --paper paper: accuracy.pdf and 6 more files exist; replace with --force\n",
    )
    assert bntui("report", str(run), "--paper", "paper", "--force")[0] == 0 and mine.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--venue", "icml2024"), "--venue is for papers; add --paper DIR"),
        (("--paper", "x", "--out", "y.html"), "--paper writes no page, so that --out has no effect"),
        (("--paper", "x", "--venue", "ICML"), "unknown venue 'ICML'; choose from aaai2024, "),
        (("--paper", __file__), f"--paper {__file__}: is a file; name a folder"),
    ],
)
def test_mistakes_about_papers_are_one_line(run: Path, bntui: Bntui, arguments: tuple[str, ...], message: str) -> None:
    status, out, error = bntui("report", str(run), *arguments)
    assert (status, out) == (2, "")
    assert error.startswith(f"bntui: {message}") and error.count("\n") == 1
    assert not Path("x").exists()
