"""`bntui optimum`: the optimum of a run in closed form, by the program, and what it refuses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bntui import spec
from bntui.cli.main import execute


def trained(folder: Path, preset: str, *options: str) -> str:
    status = execute(["--preset", preset, "--headless", "--steps", "20", "--runs-dir", str(folder), *options])
    assert status == 0
    (run,) = folder.iterdir()
    return run.name


def rows(text: str) -> list[list[str]]:
    return [line.split("  ") for line in text.splitlines() if "decay-" in line]


def test_a_run_of_few_samples_has_a_closed_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = trained(tmp_path, "convex")
    capsys.readouterr()
    assert execute(["optimum", run, "--runs-dir", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert [row[0] for row in rows(printed)] == [variant.name for variant in spec.load("convex").variants]
    assert printed.count("closed form") == 3
    assert "0.454155" in printed


def test_more_samples_need_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cvxpy")
    run = trained(tmp_path, "convex-plane")
    capsys.readouterr()
    assert execute(["optimum", run, "--runs-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("58 patterns") == 3


def test_without_the_extra_one_line_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained(tmp_path, "convex-plane")
    monkeypatch.setitem(sys.modules, "cvxpy", None)
    capsys.readouterr()
    assert execute(["optimum", run, "--runs-dir", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert error == "bntui: the convex program needs CVXPY; install it: pip install 'bntui[convex]'\n"


def test_too_many_patterns_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = trained(tmp_path, "convex-bias")
    assert execute(["optimum", run, "--runs-dir", str(tmp_path)]) == 2
    assert "sign patterns, more than the 100,000" in capsys.readouterr().err


def test_a_run_without_such_a_network_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = trained(tmp_path, "convex", "--set", "probes.optimum.every=0")
    assert execute(["optimum", run, "--runs-dir", str(tmp_path)]) == 2
    assert "has no objective of decay-0.1 beside an optimum" in capsys.readouterr().err
