"""Training without a screen, and the commands that read the run it leaves."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from bntui.run.storage import folders
from tests.cli.conftest import Bntui

TINY = ("--dataset", "digits", "--set", "network=blog-cnn", "--batch-size", "16", "--device", "cpu")
TINY = (*TINY, "--set", "probes.test.samples=50")


def test_headless_trains_writes_csv_and_is_listed(tmp_path: Path, bntui: Bntui) -> None:
    to = tmp_path / "out.csv"
    status, out, _ = bntui("--preset", "noisy", "--headless", "--steps", "3", *TINY, "--csv", str(to))
    (folder,) = folders.all_runs(tmp_path / "runs")
    assert status == 0
    assert f"run {folder.name} finished after 3 of 3 steps; CSV in {to}" in out
    assert "step 3 of 3" in out
    with to.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["run"] for row in rows} == {folder.name}
    status, out, _ = bntui("export", folder.name[:8])
    assert (status, list(csv.DictReader(StringIO(out)))) == (0, rows)
    status, out, _ = bntui("export", "last", "--from", "2")
    assert list(csv.DictReader(StringIO(out))) == [row for row in rows if int(row["step"]) >= 2]
    status, _, error = bntui("export", "last", "--from", "2", "--to", "1")
    assert (status, error) == (2, "bntui: steps 2 to 1: the first must not be after the last\n")
    status, out, _ = bntui("claims", "last")
    assert status == 0
    assert ["undecided", "bn-faster"] in [line.split()[:2] for line in out.splitlines()]
    assert "too little data yet: 3 of 25 measurements" in out
    status, _, error = bntui("stop", "last")
    assert (status, error) == (
        2,
        f"bntui: run {folder.name}: is finished; only a training run can be stopped\n",
    )
    status, out, _ = bntui("claims", "last", "--json")
    assert "bn-faster" in {result["claim"] for result in json.loads(out) if not result["missing"]}
    status, out, _ = bntui("export", "last", "--format", "wide")
    assert len(list(csv.DictReader(StringIO(out)))) == 3 * 4  # three variants, three steps and the end
    _, out, _ = bntui("runs")
    header, line = out.splitlines()
    assert header.split()[:2] == ["run", "preset"]
    for shown in (folder.name, "digits", "cpu", "3/3", "finished", "standard 0.", "bn 0.", "noisy 0."):
        assert shown in line


def test_a_headless_run_that_breaks_down_says_so_and_keeps_what_was_measured(
    tmp_path: Path, bntui: Bntui, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bntui.train.variant_trainer import VariantTrainer

    whole = VariantTrainer.step

    def breaks(self: VariantTrainer, step: int, *batch: object) -> object:
        if step == 2:
            raise RuntimeError("out of memory")
        return whole(self, step, *batch)

    monkeypatch.setattr(VariantTrainer, "step", breaks)
    status, out, error = bntui("--preset", "noisy", "--headless", "--steps", "5", *TINY)
    (folder,) = folders.all_runs(tmp_path / "runs")
    assert status == 1 and "Traceback" not in out + error
    assert "training failed: RuntimeError: out of memory" in out
    assert f"run {folder.name} failed after" in out
    assert "Traceback" in (folder / "worker.log").read_text()
    assert bntui("export", "last")[1].count(",train,") > 0


def test_csv_to_standard_output_is_nothing_but_csv(bntui: Bntui) -> None:
    _, out, error = bntui("--preset", "noisy", "--headless", "--steps", "2", *TINY, "--csv", "-")
    rows = list(csv.DictReader(StringIO(out)))
    assert {row["step"] for row in rows} == {"0", "1", "2"}
    assert "finished after 2 of 2 steps" in error


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_headless_run_and_keeps_it(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "bntui", "--preset", "noisy", "--headless", "--steps", "1000000", *TINY]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"}
    ) as process:
        assert process.stdout is not None
        while "step " not in (line := process.stdout.readline()):
            assert line, "it ended before its first step"
        process.send_signal(number)
        out, error = process.communicate(timeout=60)
    (folder,) = folders.all_runs(tmp_path / "runs")
    assert process.returncode == 128 + number
    assert f"run {folder.name} stopped after" in out
    assert "Traceback" not in error
