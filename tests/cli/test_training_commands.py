"""Training without a screen: output, CSV, failures and signals."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from bntui.run.storage import folders
from tests.cli.conftest import TINY, Bntui


def test_a_headless_run_prints_its_steps_and_writes_its_csv(tmp_path: Path, bntui: Bntui) -> None:
    path = tmp_path / "out.csv"
    status, out, _ = bntui(*TINY, "--steps", "3", "--csv", str(path))
    (folder,) = folders.all_runs(tmp_path / "runs")
    assert status == 0
    assert f"run {folder.name} finished after 3 of 3 steps; CSV in {path}" in out
    assert "step 3 of 3" in out
    with path.open(newline="") as file:
        assert {row["run"] for row in csv.DictReader(file)} == {folder.name}


def test_a_failed_headless_run_reports_the_error_and_keeps_its_measurements(
    tmp_path: Path, bntui: Bntui, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bntui.train.variant_trainer import VariantTrainer

    unbroken_step = VariantTrainer.step

    def failing_step(self: VariantTrainer, step: int, *batch: object) -> object:
        if step == 2:
            raise RuntimeError("out of memory")
        return unbroken_step(self, step, *batch)

    monkeypatch.setattr(VariantTrainer, "step", failing_step)
    status, out, error = bntui(*TINY, "--steps", "5")
    (folder,) = folders.all_runs(tmp_path / "runs")
    assert status == 1 and "Traceback" not in out + error
    assert "training failed: RuntimeError: out of memory" in out
    assert f"run {folder.name} failed after" in out
    assert "Traceback" in (folder / "worker.log").read_text()
    assert bntui("export", "last")[1].count(",train,") > 0


def test_csv_to_standard_output_is_nothing_but_csv(bntui: Bntui) -> None:
    _, out, error = bntui(*TINY, "--steps", "2", "--csv", "-")
    rows = list(csv.DictReader(StringIO(out)))
    assert {row["step"] for row in rows} == {"0", "1", "2"}
    assert "finished after 2 of 2 steps" in error


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_headless_run_and_keeps_it(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "bntui", *TINY, "--steps", "1000000"]
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
