"""Training without a screen: output, CSV, failures and signals."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import IO

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


def started(*arguments: str, stdout: IO[str] | int = subprocess.PIPE) -> subprocess.Popen[str]:
    """Start a headless run of many steps in a process of its own."""
    command = [sys.executable, "-m", "bntui", *TINY, *arguments]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE, text=True, env=environment)


def await_first_step(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    while "step " not in (line := process.stdout.readline()):
        assert line, "it ended before its first step"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_headless_run_and_keeps_it(tmp_path: Path, number: signal.Signals) -> None:
    with started("--steps", "1000000") as process:
        await_first_step(process)
        process.send_signal(number)
        out, error = process.communicate(timeout=60)
    (folder,) = folders.all_runs(tmp_path / "runs")
    assert process.returncode == 128 + number
    assert f"run {folder.name} stopped after" in out
    assert "Traceback" not in error


@pytest.mark.parametrize("destination", ["closed pipe", "full disk"])
def test_output_that_cannot_be_written_does_not_end_training(tmp_path: Path, destination: str) -> None:
    path = tmp_path / "out.csv"
    arguments = ("--steps", "9", "--csv", str(path))
    if destination == "closed pipe":
        with started(*arguments) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.stdout.close()
            process.wait(60)
            error = process.stderr.read() if process.stderr else ""
    else:
        if not Path("/dev/full").exists():
            pytest.skip("needs /dev/full")
        with Path("/dev/full").open("w") as full, started(*arguments, stdout=full) as process:
            _, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (0, "")
    with path.open(newline="") as file:
        assert {row["step"] for row in csv.DictReader(file)} >= {str(step) for step in range(9)}


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs SIGHUP")
def test_a_headless_run_outlives_its_terminal(tmp_path: Path) -> None:
    with started("--steps", "60") as process:
        await_first_step(process)
        process.send_signal(signal.SIGHUP)
        out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "finished after 60 of 60 steps" in out


SUSPENDED = """
import os, signal, sys, threading, time
from rich.console import Console
from bntui import process_clock
from bntui.headless.training_lines import Headless
from tests.tui.fake_source import FakeSource

class Suspended(FakeSource):
    def work(self):
        before, clock = time.perf_counter(), process_clock.now()
        os.kill(os.getpid(), signal.SIGTSTP)
        while not hasattr(self, "continued"):
            time.sleep(0.01)
        print(time.perf_counter() - before, process_clock.now() - clock)

    def checkpoint(self):
        self.continued = True

Headless(Suspended(), Console(quiet=True)).run()
"""


def test_ctrl_z_suspends_a_headless_run_and_is_not_counted() -> None:
    with subprocess.Popen([sys.executable, "-c", SUSPENDED], stdout=subprocess.PIPE, text=True) as process:
        _, state = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(state)
        stopped = time.monotonic()
        while time.monotonic() - stopped < 1:
            pass
        for number in (signal.SIGCONT, signal.SIGUSR1):
            process.send_signal(number)
        real, counted = map(float, process.communicate(timeout=60)[0].split())
    assert process.returncode == 0
    assert real > 1
    assert counted < real - 0.9


ENDLESS = """
import threading
from rich.console import Console
from bntui.headless.training_lines import Headless
from tests.tui.fake_source import FakeSource

class Endless(FakeSource):
    def work(self):
        print("working", flush=True)
        threading.Event().wait()

    def stop(self):
        print("stopping", flush=True)

Headless(Endless(), Console(quiet=True)).run()
"""


def test_a_second_interrupt_ends_a_headless_run_at_once() -> None:
    with subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for expected in ("working", "stopping"):
            assert process.stdout.readline().strip() == expected
            process.send_signal(signal.SIGINT)
        assert process.wait(60) == -signal.SIGINT
